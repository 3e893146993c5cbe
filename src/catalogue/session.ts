import type { NewAuditEntry } from '../domain/audit.js';
import type { Job, JobKind } from '../domain/job.js';
import type { RepositoryName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import type { AuditLog } from '../store/jobs/audit.js';
import type { Inventory } from '../store/queries/inventory.js';
import type { Keyring } from '../store/keys/keyring.js';
import type { SearchStore } from '../store/queries/search.js';
import type { Timer } from '../timer.js';
import type { Tracer } from '../trace.js';
import type { Waits } from '../waits.js';
import type { Upstream, UpstreamSettings } from '../upstream/upstream.js';
import type { RequestContext } from './context.js';
import type { LoaderParts } from './loaders/loaders.js';
import type { DeletionPlan } from './delete/plan.js';
import type { UpstreamClients } from './clients.js';
import type { Indexer } from './sync/indexer.js';
import type { Sync } from './sync/sync.js';
import type { Turns } from './turns.js';

/** What the catalogue is made of: built once, in app.ts. */
export interface CatalogueParts extends LoaderParts {
  readonly pool: UpstreamClients;
  readonly reader: Indexer;
  readonly sync: Sync;
  readonly search: SearchStore;
  readonly inventory: Inventory;
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly tracer: Tracer;
  readonly waits: Waits;
  readonly deletions: DeletionWorker;
  readonly retention: RetentionRuns;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
  /** Mutations write it by their `deed`: see audit.ts. */
  readonly audit: AuditLog;
  /** Whatever writes to a repository of a registry takes its turn, by `turnOf`. */
  readonly turns: Turns;
  /** Seals what clients hold for the gateway and must not change: plans. */
  readonly sealer: Pick<Keyring, 'seal' | 'open'>;
  /** For testing a connection before it is kept. */
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
}

/** Deletions under way: each a job of steps that goes on without the request that began it, and after a restart. */
export interface DeletionWorker {
  /**
   * Writes the job down with its entry in the audit log, then begins it, or has it wait for its turn; gives it at once,
   * and its end.
   */
  begin(
    asked: Pick<Session, 'viewer' | 'requestId' | 'clock'>,
    plan: DeletionPlan,
    kind: JobKind,
    audit?: (job: Job) => NewAuditEntry,
  ): Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  /** The step under way is done to its end, the rest is not begun. Resolves when the job has ended. */
  cancel(job: Job, by: string): Promise<void>;
  /**
   * Before a registry's client is closed: what is under way there is left as it is, for `resume` to go on with; with
   * `by` it is cancelled, and left as it is when that takes long.
   */
  leave(registryId: string, by: string | null): Promise<void>;
  /** Goes on with what is not ended and not under way. */
  resume(): Promise<void>;
  /** Goes on with what an ended process left, and again with what could not be finished. */
  start(): void;
  /** Ends what is under way, to be gone on with at the next start. */
  stop(): Promise<void>;
}

/**
 * Runs of retention over whole registries: each a job that looks through one, and begins deletions one after the other.
 */
export interface RetentionRuns {
  /** Begins one, or joins the one under way; gives its job at once, and its end. */
  begin(
    asked: Pick<Session, 'viewer' | 'requestId'>,
    registry: Registry,
  ): Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  /** Its deletion under way is cancelled too. Resolves when the run has ended. */
  cancel(job: Job, by: string): Promise<void>;
  /** Runs those registries that are due, one after the other; resolves when that is done. Joins a look under way. */
  look(): Promise<void>;
  /** Looks now, and once a minute from then on. */
  start(): Promise<void>;
  /** Ends what is under way; the deletions that it began are gone on with at the next start. */
  stop(): Promise<void>;
}

/** A request with all that the catalogue is made of: for use cases that are not yet objects of their own. */
export type Session = RequestContext & CatalogueParts;

/** Notes that the request read from a registry, which is then asked again behind, if that is due. */
export function markUsed({ touched, sync }: Session, registryId: string): void {
  if (touched.has(registryId)) return;
  touched.add(registryId);
  sync.touch(registryId);
}

/** The key of all that writes to one repository. */
export function turnOf(registryId: string, name: RepositoryName): string {
  return `${registryId} ${name}`;
}

