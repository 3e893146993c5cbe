import type { ActivityFilter, EventKind } from '../../operations/activity.js';
import { readOneOf, readText, readTexts } from '../../pure/search.js';

/** Kinds of events, as people tell them apart. */
export const groups = {
  pushed: ['TAG_PUSHED'],
  moved: ['TAG_MOVED'],
  deleted: ['TAG_DELETED'],
  repositories: ['REPOSITORY_APPEARED', 'REPOSITORY_CHANGED', 'REPOSITORY_EMPTIED', 'REPOSITORY_GONE'],
  registries: ['REGISTRY_ATTACHED', 'REGISTRY_DETACHED', 'REGISTRY_UNREACHABLE', 'REGISTRY_BACK'],
  jobs: ['JOB_BEGAN', 'JOB_ENDED'],
} as const satisfies Readonly<Record<string, readonly EventKind[]>>;

export type Group = keyof typeof groups;
export const groupNames = Object.keys(groups) as readonly Group[];

/** How far back the list goes, in days. */
export const sinces = ['1d', '7d', '30d'] as const;

/** The list's filters, as its address has them. */
export interface ActivitySearch {
  readonly kind?: readonly Group[] | undefined;
  readonly registry?: readonly string[] | undefined;
  readonly repository?: string | undefined;
  /** All that is kept when absent. */
  readonly since?: (typeof sinces)[number] | undefined;
}

export function readActivitySearch(search: Readonly<Record<string, unknown>>): ActivitySearch {
  const kinds = readTexts(search['kind'])?.filter((one): one is Group => groupNames.includes(one as Group));
  return {
    kind: kinds?.length ? kinds : undefined,
    registry: readTexts(search['registry']),
    repository: readText(search['repository']),
    since: readOneOf(search['since'], sinces),
  };
}

export function readActivityFilter({ kind, registry, repository, since }: ActivitySearch, now: Date): ActivityFilter {
  return {
    kinds: kind?.flatMap((group): readonly EventKind[] => groups[group]),
    registries: registry,
    repository,
    since:
      since === undefined ? undefined : new Date(now.getTime() - Number.parseInt(since) * 86_400_000).toISOString(),
  };
}
