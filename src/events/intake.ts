import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { isRepositoryName, type RepositoryName } from '../domain/name.js';
import type { Notice } from '../domain/notice.js';
import { parseEnvelope } from './envelope.js';
import type { RegistryEvent } from './event.js';

/** The part of the catalogue that notifications use. */
export interface EventSink {
  /**
   * The attached registry of this name or UUID, with the SHA-256 (hex) of its notification secret; null secretHash:
   * notifications are not set up. null: no such registry.
   */
  findRegistry(name: string): Promise<{ id: string; addr: string; secretHash: string | null } | null>;
  /**
   * Has the registry asked for what the notice is about; null: for its list of names, since what changed is not
   * known. `at`: when it was received. `onMissed` is called, later, when what it tells of did not show. Never writes
   * state itself.
   */
  notify(registryId: string, notice: Notice | null, at: Date, onMissed: () => void): void;
  /** A notification with the registry's secret came in, whatever it says. */
  noteReceived(registryId: string, at: Date): void;
}

export interface IntakeParts {
  readonly sink: Pick<EventSink, 'notify'>;
  /** The user agent of the gateway's own requests. */
  readonly ownUserAgent: string;
  readonly clock: () => Date;
}

/** The decision about one event. Only `changed` and `malformed` make a notice. */
export type Verdict = 'changed' | 'repeated' | 'pull' | 'blob' | 'own' | 'otherAction' | 'badName' | 'malformed';
export type Verdicts = Partial<Record<Verdict, number>>;

/**
 * Turns the body of a notification into notices, and says what came of its events; null for a body that is no
 * envelope.
 */
export type Intake = (registryId: string, body: unknown, headers: IncomingHttpHeaders) => Verdicts | null;

/** A delivery that is not acknowledged in time is sent again, for as long as the registry runs. */
const rememberedFor = 24 * 60 * 60 * 1000;
/** Of all registries together; about 20 MB. Forgetting one costs one reading. */
const rememberedIds = 100_000;

/** The last notice that the events of an envelope give about one thing, with the ids of all that were about it. */
interface Said {
  notice: Notice;
  readonly keys: string[];
}

/**
 * A thing is scheduled once an envelope, however many events are about it. The ids are remembered only after the
 * notices were taken: a notification that fails here is sent again, and must then count. So must one whose change did
 * not show.
 */
export function createIntake({ sink, ownUserAgent, clock }: IntakeParts): Intake {
  const seen = new LRUCache<string, true>({
    // By size and not by number, for which places would be made beforehand: 8 ms and 3 MB.
    maxSize: rememberedIds,
    sizeCalculation: () => 1,
    ttl: rememberedFor,
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
  });
  return (registryId, body, headers) => {
    const at = clock();
    const envelope = parseEnvelope(body, headers);
    if (!envelope) return null;
    const verdicts: Verdicts = {};
    const things = new Map<string, Said>();
    const keys = new Set<string>();
    for (const event of envelope.events) {
      // The registry is part of the key: one registry's ids must not silence another's.
      const key = event?.id ? `${registryId} ${event.id}` : null;
      const isRepeated = key !== null && (keys.has(key) || seen.has(key));
      const verdict = judgeEvent(event, isRepeated, ownUserAgent);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (verdict !== 'changed') continue;
      if (key) keys.add(key);
      for (const notice of toNotices(event!)) note(things, notice, key);
    }
    for (const { notice, keys: said } of things.values()) {
      sink.notify(registryId, notice, at, () => said.forEach((key) => seen.delete(key)));
    }
    if (envelope.isCut || verdicts.malformed) sink.notify(registryId, null, at, () => undefined);
    for (const key of keys) seen.set(key, true);
    return verdicts;
  };
}

/**
 * A pushed blob changes nothing that is listed, nor does one that is mounted from elsewhere: the manifest that follows
 * does.
 */
function judgeEvent(event: RegistryEvent | null, isRepeated: boolean, ownUserAgent: string): Verdict {
  if (!event) return 'malformed';
  if (event.action === 'pull') return 'pull';
  if (event.action === 'other') return 'otherAction';
  if (event.userAgent === ownUserAgent) return 'own';
  if (event.action === 'mount' || (event.action === 'push' && event.isBlob)) return 'blob';
  if (!isRepositoryName(event.repository)) return 'badName';
  return isRepeated ? 'repeated' : 'changed';
}

function toNotices({ action, repository, targets }: RegistryEvent): Notice[] {
  const about = {
    repository: repository as RepositoryName,
    action: action === 'delete' ? ('delete' as const) : ('push' as const),
  };
  return targets.length === 0
    ? [{ ...about, tag: null, digest: null }]
    : targets.map((target) => ({ ...about, ...target }));
}

function note(things: Map<string, Said>, notice: Notice, key: string | null): void {
  // Neither a repository's name nor a digest can be taken for a tag.
  const subject = `${notice.repository} ${notice.tag ?? notice.digest ?? ''}`;
  const said = things.get(subject) ?? { notice, keys: [] };
  things.set(subject, said);
  said.notice = notice;
  if (key) said.keys.push(key);
}
