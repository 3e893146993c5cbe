import { readOneOf, readTexts } from '../../pure/search.js';

export const jobKinds = [
  'DELETE_TAGS',
  'DELETE_REPOSITORY',
  'RESTORE_TAGS',
  'DELETE_SELECTION',
  'RESTORE_SELECTION',
  'RETENTION',
  'RETENTION_RUN',
  'CRAWL',
] as const;

export const jobStates = [
  'AWAITING_APPROVAL',
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'PARTIALLY_FAILED',
  'FAILED',
  'CANCELLED',
] as const;

export type JobKindChoice = (typeof jobKinds)[number];
export type JobStateChoice = (typeof jobStates)[number];

/** The filters of the list of jobs, as its address has them. */
export interface JobsSearch {
  readonly kind?: readonly JobKindChoice[] | undefined;
  readonly state?: readonly JobStateChoice[] | undefined;
  readonly registry?: readonly string[] | undefined;
}

export function readJobsSearch(search: Readonly<Record<string, unknown>>): JobsSearch {
  return {
    kind: readSome(search['kind'], jobKinds),
    state: readSome(search['state'], jobStates),
    registry: readTexts(search['registry']),
  };
}

function readSome<Choice extends string>(value: unknown, choices: readonly Choice[]): readonly Choice[] | undefined {
  const some = readTexts(value)?.flatMap((text) => readOneOf(text, choices) ?? []);
  return some?.length ? [...new Set(some)] : undefined;
}
