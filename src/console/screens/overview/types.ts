import type { OverviewQuery } from '../../operations/overview.js';

export type OverviewRegistry = NonNullable<OverviewQuery['registries']>[number];
