import type { CommandResult } from '../command.js';
import { isEnded } from '../../domain/job.js';
import { CommandError, exitCodes } from '../exit.js';
import { escapeControls } from '../table.js';
import { type JobDetailsFragment, type JobFactsFragment, type JobState, watchJob } from './documents.js';
import { createProgress } from './progress.js';
import { found, type Remote } from './remote.js';

/** Milliseconds between two looks at a job: first, and at the most. */
const firstInterval = 250;
const longestInterval = 2000;

/** Looks one after the other that a gateway may not answer: it is being started again, and goes on with its jobs. */
const maxMisses = 15;

/**
 * Looks at a job until it has ended, or waits for a second person, and shows how far it is. Throws UNREACHABLE when
 * the gateway stays away.
 */
export async function followJob(remote: Remote, job: JobFactsFragment, name: string): Promise<JobFactsFragment> {
  const { io, timer } = remote;
  const progress = createProgress(io, timer, name);
  let misses = 0;
  let current = job;
  try {
    for (let interval = firstInterval; goesOn(current); interval = Math.min(interval * 1.5, longestInterval)) {
      progress.show(current.done, current.total, current.state === 'QUEUED' ? 'waits for its turn' : '');
      await timer.sleep(interval);
      try {
        current = await lookAt(remote, current);
        misses = 0;
      } catch (error) {
        if (!(error instanceof CommandError) || error.code !== 'UNREACHABLE' || ++misses > maxMisses) throw error;
      }
    }
    return current;
  } finally {
    progress.end();
  }
}

function goesOn({ state }: JobFactsFragment): boolean {
  return !isEnded({ state }) && state !== 'AWAITING_APPROVAL';
}

async function lookAt(remote: Remote, { id }: JobFactsFragment): Promise<JobFactsFragment> {
  const { job } = await remote.client.ask(watchJob, { id });
  return found(
    remote,
    job,
    'The job is gone: the newest fifty of each kind are kept. See registry-gateway audit tail.',
  );
}

/** Where it is done: a registry, a repository, or how many of these. */
export function placeOf({ registry, repository, pieceCounts }: JobDetailsFragment): string {
  const count = pieceCounts.reduce((sum, piece) => sum + piece.count, 0);
  if (count > 0) return count === 1 ? '1 repository' : `${count} repositories`;
  const name = registry?.name ?? '';
  return repository === null ? name : `${name}/${repository}`;
}

/** Failures that are shown of one job. */
const maxFailures = 20;

/** Lines that say what came of it, and what went wrong. */
export function describeJob({ id, state, failures, failureCount }: JobFactsFragment): string {
  if (state === 'AWAITING_APPROVAL') return `${endings[state]} registry-gateway job approve ${id}\n`;
  const shown = failures
    .slice(0, maxFailures)
    .map(({ subject, code, message }) => `  ${escapeControls(`${subject}: ${message} (${code})`)}\n`);
  const rest = failureCount > shown.length ? `  and ${failureCount - shown.length} more\n` : '';
  return `${endings[state]}\n${shown.join('')}${rest}`;
}

const endings: Readonly<Record<JobState, string>> = {
  AWAITING_APPROVAL: 'It waits for a second person, who may delete there by another account:',
  QUEUED: 'It has not begun yet.',
  RUNNING: 'It goes on.',
  SUCCEEDED: 'Done.',
  PARTIALLY_FAILED: 'Not all of it was done:',
  FAILED: 'It failed:',
  CANCELLED: 'It was cancelled: what was done before stays done.',
};

/** 0 for what is done, and for what was only begun: what waits for a second person was not. */
export function exitCodeOf(job: JobFactsFragment): NonNullable<CommandResult['exitCode']> {
  return goesOn(job) || job.state === 'SUCCEEDED' ? exitCodes.done : exitCodes.refused;
}
