import type { Job } from '../domain/job.js';
import type { Meters } from './meters.js';

/** A job that has ended. Milliseconds from when it was asked for. */
export interface EndedJob extends Pick<Job, 'kind' | 'state'> {
  readonly ms: number;
}

/** Counts work beside the answering of requests, as it is told. Registries by name. */
export interface WorkMetrics {
  noteJob(registry: string, ended: EndedJob): void;
  /** Events of one notification by what was done about them. */
  noteEvents(registry: string, verdicts: Readonly<Record<string, number>>): void;
  readonly noteRefusedNotification: (reason: string) => void;
  noteLogin(result: (typeof loginResults)[number]): void;
  readonly noteOutage: (registry: string) => void;
  /** A connection was closed because there were too many. */
  readonly noteRefusedConnection: () => void;
}

/** An operator wants to be told of jobs of these kinds when they end so. */
const deleting = ['DELETE_TAGS', 'DELETE_REPOSITORY', 'RETENTION'];
const endings = deleting.flatMap((kind) => ['FAILED', 'PARTIALLY_FAILED'].map((state) => ({ kind, state })));
const loginResults = ['ok', 'refused', 'limited', 'unavailable', 'error'] as const;

/** Seconds. */
const jobDurations = [1, 5, 15, 60, 300, 900, 3600, 14_400];

/** `refusals`: the reasons for which notifications are refused. */
export function createWorkMetrics(meters: Meters, refusals: readonly string[]): WorkMetrics {
  const jobs = meters.counterOfRegistry(
    'jobs_total',
    'Jobs that have ended: crawls, deletions, runs of retention.',
    ['kind', 'state'],
    endings,
  );
  const durations = meters.histogram(
    'job_duration_seconds',
    'Time from when a job was asked for until it had ended.',
    jobDurations,
    ['kind'],
  );
  const events = meters.counterOfRegistry(
    'notification_events_total',
    'Events that a registry has told of, by what was done about them.',
    ['verdict'],
  );
  const refused = meters.counter(
    'notifications_refused_total',
    'Notifications that were refused, by why; their senders are not told.',
    ['reason'],
  );
  for (const reason of refusals) refused.inc({ reason }, 0);
  const logins = meters.counter('logins_total', 'Logins, with a password or by single sign-on.', ['result']);
  for (const result of loginResults) logins.inc({ result }, 0);
  const outages = meters.counterOfRegistry(
    'registry_outages_total',
    'Times that a host of a registry was found to be away, and left alone.',
    [],
    [{}],
  );
  const closed = meters.counter(
    'http_connections_refused_total',
    'Connections that were closed because too many were open.',
  );
  return {
    noteJob(registry, { kind, state, ms }) {
      jobs.add(registry, 1, { kind, state });
      durations.observe({ kind }, ms / 1000);
    },
    noteEvents(registry, verdicts) {
      for (const [verdict, count] of Object.entries(verdicts)) events.add(registry, count, { verdict });
    },
    noteRefusedNotification: (reason) => refused.inc({ reason }),
    noteLogin: (result) => logins.inc({ result }),
    noteOutage: (registry) => outages.add(registry, 1),
    noteRefusedConnection: () => closed.inc(),
  };
}
