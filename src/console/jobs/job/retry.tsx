import { useState, type ReactNode } from 'react';
import { useGateway } from '../../data/context.js';
import type { Answer, Gateway } from '../../data/client.js';
import { nextOf } from '../../pure/page.js';
import { jobPieces, type JobPiecesQuery, type JobPiecesQueryVariables } from '../../operations/job.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { useToast } from '../../ui/toast.js';
import { useDeletion } from '../deletion/context.js';
import type { DeletionSubject } from '../deletion/subject.js';
import type { JobNow } from './follow.js';

/** Tags that one deletion takes by name. */
const mostTags = 500;

/** The rest that a job did not delete, as a new plan. */
export function RetryFailed({ job }: { job: JobNow }): ReactNode {
  const { t } = useLanguage();
  const gateway = useGateway();
  const toast = useToast();
  const askDeletion = useDeletion();
  const [isBusy, setBusy] = useState(false);
  const retry = async (): Promise<void> => {
    setBusy(true);
    const { data: subject, problem } = await readFailed(gateway, job);
    setBusy(false);
    if (subject === null) toast(problem?.message ?? t('job.nothingToRetry'));
    else askDeletion(subject);
  };
  return (
    <Action icon="refresh" refusal={isBusy ? t('deletion.planning') : undefined} onAct={() => void retry()}>
      {t('job.retry')}
    </Action>
  );
}

/** No subject and no problem: nothing of it is left. */
async function readFailed(gateway: Gateway, job: JobNow): Promise<Answer<DeletionSubject>> {
  const nothing = { data: null, problem: null };
  const { repositoryName: repository, registry } = job;
  if (repository === null || registry === null) return nothing;
  const place = { registry: registry.name, repository };
  if (job.work === 'DELETE_REPOSITORY') return { data: { kind: 'repository', ...place }, problem: null };
  const tags: string[] = [];
  let after: string | null = null;
  do {
    const variables: JobPiecesQueryVariables = { id: job.id, state: 'FAILED', first: 100, after };
    const { data, problem }: Answer<JobPiecesQuery> = await gateway.ask(jobPieces, variables);
    const pieces = data?.job?.pieces;
    if (!pieces) return { data: null, problem };
    tags.push(...pieces.nodes.flatMap((piece) => piece.tags));
    after = nextOf(pieces.pageInfo);
  } while (after !== null && tags.length < mostTags);
  if (tags.length === 0) return nothing;
  return { data: { kind: 'tags', ...place, tags: tags.slice(0, mostTags) }, problem: null };
}
