import type { SearchType } from '../../operations/search.js';

/** The types of things that a search finds, in their order. */
export const foundTypes = ['REPOSITORY', 'TAG', 'IMAGE', 'REGISTRY'] as const satisfies readonly SearchType[];
