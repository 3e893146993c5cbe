import { hasParts } from '../../pure/job.js';
import type { useLanguage } from '../../text/context.js';

/** The part of a job that says where it is. */
interface JobPlace {
  readonly work: string;
  readonly repositoryName: string | null;
  readonly registry: { readonly name: string } | null;
  readonly pieceCounts: readonly { readonly count: number }[];
}

/** The repository that a job is about, or all of its registry, or how many repositories. */
export function describePlace(job: JobPlace, t: ReturnType<typeof useLanguage>['t']): string {
  const { work, repositoryName, registry, pieceCounts } = job;
  if (hasParts(work)) return t('job.places', { n: pieceCounts.reduce((sum, { count }) => sum + count, 0) });
  return repositoryName ?? registry?.name ?? '';
}
