import type { UpstreamProblem } from '../../domain/freshness.js';
import type { DeleteCapability } from '../../domain/registry.js';
import type { RetentionRule } from '../../domain/retention.js';
import type { Registry as RegistryEntity } from '../entities/registry.js';

/** The state of a registry at the last contact; all null before the first. */
export interface Health {
  readonly reachable: boolean | null;
  readonly authenticated: boolean | null;
  readonly latencyMs: number | null;
  readonly checkedAt: Date | null;
  /** The fault, in a sentence; null when there is none. */
  readonly message: string | null;
}

/** The abilities of a registry as its own answers showed them; null: not known yet. */
export interface Capabilities {
  readonly canDelete: DeleteCapability | null;
  /** It deletes single tags by their name. */
  readonly canDeleteTag: boolean | null;
  /**
   * Its images are deleted after their tags: it refuses to delete an image that has tags, or deletes it and leaves the
   * tags with nothing behind them.
   */
  readonly deletesTagsFirst: boolean | null;
  readonly catalogSupported: boolean | null;
  /** It has the referrers API of OCI distribution-spec 1.1. */
  readonly referrersSupported: boolean | null;
}

/** Everything learnt of a registry, beside how it is attached. */
export interface RegistryState extends Capabilities {
  readonly health: Health;
  /** When its list of names was last read whole; null: never. */
  readonly namesConfirmedAt: Date | null;
  readonly namesError: UpstreamProblem | null;
  /** Names outside the OCI grammar in that list, left out. */
  readonly droppedNames: number;
  /** The first few of them, quoted and cut short. */
  readonly droppedNameExamples: readonly string[];
  /** When a crawl last read all of it; null: never. */
  readonly indexedAt: Date | null;
  /** Requests that it took to read all of it; null: not known. */
  readonly crawlRequests: number | null;
  /** Bytes of each distinct blob once, as of then. */
  readonly size: number | null;
  /** Its notifications carry a secret, so it sends some. */
  readonly sendsEvents: boolean;
  /** When a notification with that secret last came in, to the minute; null: none did. */
  readonly lastEventAt: Date | null;
  readonly retention: Retention;
}

/** Which tags of a registry are deleted by themselves, and when. */
export interface Retention {
  readonly rules: readonly RetentionRule[];
  /** Hours between two runs; null: it runs when it is asked to only. */
  readonly interval: number | null;
  /** When a run over the whole registry last began; null: never. */
  readonly ranAt: Date | null;
}

/** The state as its row has it. */
export function toState(row: RegistryEntity): RegistryState {
  const { namesErrorCode: code, namesErrorMessage: message, namesErrorAt: at } = row;
  return {
    health: {
      reachable: row.reachable ?? null,
      authenticated: row.authenticated ?? null,
      latencyMs: row.latencyMs ?? null,
      checkedAt: row.checkedAt ?? null,
      message: row.healthMessage ?? null,
    },
    canDelete: row.canDelete ?? null,
    canDeleteTag: row.canDeleteTag ?? null,
    deletesTagsFirst: row.deletesTagsFirst ?? null,
    catalogSupported: row.catalogSupported ?? null,
    referrersSupported: row.referrersSupported ?? null,
    namesConfirmedAt: row.namesConfirmedAt ?? null,
    namesError: code != null && message != null && at != null ? { code, message, at } : null,
    droppedNames: row.droppedNames,
    droppedNameExamples: row.droppedNameExamples,
    indexedAt: row.indexedAt ?? null,
    crawlRequests: row.crawlRequests ?? null,
    size: row.size ?? null,
    sendsEvents: row.eventsSecretHash != null,
    lastEventAt: row.lastEventAt ?? null,
    retention: {
      rules: row.retention,
      interval: row.retentionInterval ?? null,
      ranAt: row.retentionRanAt ?? null,
    },
  };
}
