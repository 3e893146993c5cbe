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
    const subject = await readFailed(gateway, job);
    setBusy(false);
    if (subject === null) toast(t('job.nothingToRetry'));
    else askDeletion(subject);
  };
  return (
    <Action icon="refresh" refusal={isBusy ? t('deletion.planning') : undefined} onAct={() => void retry()}>
      {t('job.retry')}
    </Action>
  );
}

async function readFailed(gateway: Gateway, job: JobNow): Promise<DeletionSubject | null> {
  const { repositoryName: repository, registry } = job;
  if (repository === null || registry === null) return null;
  const place = { registry: registry.name, repository };
  if (job.work === 'DELETE_REPOSITORY') return { kind: 'repository', ...place };
  const tags: string[] = [];
  let after: string | null = null;
  do {
    const variables: JobPiecesQueryVariables = { id: job.id, state: 'FAILED', first: 100, after };
    const { data }: Answer<JobPiecesQuery> = await gateway.ask(jobPieces, variables);
    const pieces = data?.job?.pieces;
    if (!pieces) return null;
    tags.push(...pieces.nodes.flatMap((piece) => piece.tags));
    after = nextOf(pieces.pageInfo);
  } while (after !== null && tags.length < mostTags);
  return tags.length === 0 ? null : { kind: 'tags', ...place, tags: tags.slice(0, mostTags) };
}
