import { isEnded, type Job, type JobPace, type JobState } from './job.js';

/** Steps that are over, before which nothing is judged by them. */
const fewestSteps = 3;

/** Milliseconds: a year. An end that is further away is none. */
const farthest = 31_557_600_000;

/**
 * When the job ends, if it goes on as it has since it was taken up. null: it is not under way, is to stop, or too
 * little of it is done. While it waits, for its registry or another, its end moves away.
 */
export function estimateEnd(job: Omit<Job, 'id'>, now: Date): Date | null {
  const { state, cancelledBy, pace, done, total } = job;
  if (state !== 'RUNNING' || cancelledBy !== null || !pace || pace.hands === 0) return null;
  const { doneBefore, spent, hands, takenUp, left = { all: total - done, longest: total - done } } = pace;
  const steps = done - doneBefore;
  if (steps < fewestSteps || left.all <= 0) return null;
  const each = Math.max(0, spent + hands * now.getTime() - takenUp) / steps;
  const rest = each * Math.max(left.all / hands, left.longest);
  return rest > farthest ? null : new Date(now.getTime() + Math.round(rest));
}

/** The pace of those pieces of a whole that are in one state. */
export type PaceSum = Required<JobPace>;

/** The pace of a whole of these pieces; null: what waits for a second person ends nobody knows when. */
export function joinPaces(sums: readonly { readonly state: JobState; readonly pace: PaceSum }[]): JobPace | null {
  let [doneBefore, spent, hands, takenUp, all, longest] = [0, 0, 0, 0, 0, 0];
  for (const { state, pace } of sums) {
    if (state === 'AWAITING_APPROVAL') return null;
    doneBefore += pace.doneBefore;
    if (isEnded({ state })) {
      spent += pace.spent;
      continue;
    }
    all += pace.left.all;
    longest = Math.max(longest, pace.left.longest);
    if (state !== 'RUNNING') continue;
    hands += pace.hands;
    takenUp += pace.takenUp;
  }
  return { doneBefore, spent, hands, takenUp, left: { all, longest } };
}
