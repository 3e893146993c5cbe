import { LRUCache } from 'lru-cache';
import { isRepositoryName, type RepositoryName } from '../domain/name.js';
import { parseEnvelope, type RegistryEvent } from './envelope.js';

/** What the notifications need of the catalogue. */
export interface EventSink {
  /** The attached registry of this name or UUID, with the SHA-256 (hex) of its notification secret; null secretHash: notifications are not set up. null: no such registry. */
  findRegistry(name: string): Promise<{ id: string; addr: string; secretHash: string | null } | null>;
  /** Schedules a re-read; repository null: of the list of names. `at`: when the first event about it was received. Never writes state itself. */
  scheduleReread(registryId: string, repository: RepositoryName | null, at: Date): void;
}

export interface IntakeParts {
  readonly sink: Pick<EventSink, 'scheduleReread'>;
  /** What the gateway calls itself in its own requests. */
  readonly ownUserAgent: string;
  readonly clock: () => Date;
}

/** What was done about an event. Only `changed` makes a re-read. */
export type Verdict = 'changed' | 'repeated' | 'pull' | 'blob' | 'own' | 'otherAction' | 'badName' | 'malformed';
export type Verdicts = Partial<Record<Verdict, number>>;

/** Turns the body of a notification into re-reads, and says what came of its events; null for a body that is no envelope. */
export type Intake = (registryId: string, body: unknown) => Verdicts | null;

/** A delivery that is not acknowledged in time is sent again, for as long as the registry runs. */
const rememberedFor = 24 * 60 * 60 * 1000;
/** Of all registries together; about 20 MB. Forgetting one costs one re-read. */
const rememberedIds = 100_000;

/**
 * A repository is scheduled once an envelope, however many events are about it. The ids are remembered only after the
 * re-reads were taken: a notification that fails here is sent again, and must then count.
 */
export function createIntake({ sink, ownUserAgent, clock }: IntakeParts): Intake {
  const seen = new LRUCache<string, true>({ max: rememberedIds, ttl: rememberedFor, ttlResolution: 0, perf: { now: () => clock().getTime() } });
  return (registryId, body) => {
    const at = clock();
    const envelope = parseEnvelope(body);
    if (!envelope) return null;
    const verdicts: Verdicts = {};
    const repositories = new Set<RepositoryName>();
    const keys = new Set<string>();
    for (const event of envelope.events) {
      // The registry is part of the key: one registry's ids must not silence another's.
      const key = event?.id ? `${registryId} ${event.id}` : null;
      const isRepeated = key !== null && (keys.has(key) || seen.has(key));
      const verdict = judgeEvent(event, isRepeated, ownUserAgent);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (verdict !== 'changed') continue;
      repositories.add(event!.repository as RepositoryName);
      if (key) keys.add(key);
    }
    for (const repository of repositories) sink.scheduleReread(registryId, repository, at);
    if (envelope.isCut) sink.scheduleReread(registryId, null, at);
    for (const key of keys) seen.set(key, true);
    return verdicts;
  };
}

/** A pushed blob changes nothing that is listed: the manifest that follows it does. */
function judgeEvent(event: RegistryEvent | null, isRepeated: boolean, ownUserAgent: string): Verdict {
  if (!event) return 'malformed';
  if (event.action === 'pull') return 'pull';
  if (event.action === 'other') return 'otherAction';
  if (event.userAgent === ownUserAgent) return 'own';
  if (event.action === 'push' && event.isBlob) return 'blob';
  if (!isRepositoryName(event.repository)) return 'badName';
  return isRepeated ? 'repeated' : 'changed';
}
