/** How the pieces of a job can have ended, those first that somebody has to look at. */
export const outcomes = ['FAILED', 'KEPT', 'CANCELLED', 'SENT', 'PENDING', 'ABSENT', 'DONE'] as const;
export type Outcome = (typeof outcomes)[number];

/** How many pieces a job has of each outcome. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** The outcomes that a job has pieces of, failures first. */
export function presentOutcomes(counts: OutcomeCounts): readonly Outcome[] {
  return outcomes.filter((outcome) => counts[outcome] > 0);
}

/** Whether a job goes on by itself: nothing has to be asked of anybody. */
export function isUnderWay(state: string): boolean {
  return state === 'RUNNING' || state === 'QUEUED';
}

/** Whether a job is over, and stays as it is. */
export function isOver(state: string): boolean {
  return !isUnderWay(state) && state !== 'AWAITING_APPROVAL';
}

/** The kinds of jobs that take something away. */
export function isDeletion(work: string): boolean {
  return ['DELETE_TAGS', 'DELETE_REPOSITORY', 'RETENTION', 'DELETE_SELECTION'].includes(work);
}

/** A job whose pieces are jobs, each of one repository. */
export function hasParts(work: string): boolean {
  return work === 'DELETE_SELECTION' || work === 'RESTORE_SELECTION';
}

/** A job that goes through pieces (and does not read a registry), each with an outcome. */
export function hasPieces(work: string): boolean {
  return (isDeletion(work) || work === 'RESTORE_TAGS') && !hasParts(work);
}

/** Seconds of each unit in which it is told how long a job takes, the largest first. */
const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** How long it is from a moment to the end of a job, in the unit that has 1.5 of it; null: that is over. */
export function timeLeft(end: string, now: Date): { readonly unit: (typeof units)[number][0]; n: number } | null {
  const seconds = (new Date(end).getTime() - now.getTime()) / 1000;
  if (!(seconds > 0)) return null;
  const [unit, size] = units.find(([, size]) => seconds >= 1.5 * size) ?? units.at(-1)!;
  return { unit, n: Math.max(1, Math.round(seconds / size)) };
}
