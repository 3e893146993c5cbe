import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import type { Rows } from '../../data/rows.js';
import { jobs, type JobsQuery } from '../../operations/jobs.js';
import type { JobsSearch } from './search.js';

export type JobLine = NonNullable<JobsQuery['jobs']>['nodes'][number];
export type ActiveJob = NonNullable<JobsQuery['active']>['nodes'][number];
export interface JobsHead {
  readonly active: readonly ActiveJob[];
  readonly activeCount: number;
}

/** The jobs that fit, the newest first, with those that are not over beside them. */
export function useJobs({ kind, state, registry }: JobsSearch): Rows<JobLine, JobsHead> {
  const gateway = useGateway();
  return useCursorRows<JobLine, JobsHead>(JSON.stringify([kind, state, registry]), async (asked, signal) => {
    const filter = { kinds: kind, states: state, registries: registry };
    const active = { states: ['AWAITING_APPROVAL', 'RUNNING', 'QUEUED'] as const };
    const { data, problem } = await gateway.ask(jobs, { filter, active, ...asked }, signal);
    if (!data?.jobs) return { data: null, problem };
    const head = data.active ? { active: data.active.nodes, activeCount: data.active.totalCount } : undefined;
    return { data: toPage(data.jobs, head), problem };
  });
}
