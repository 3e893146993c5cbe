import type { Viewer } from '../domain/account.js';
import { createAuditLog } from '../store/jobs/audit.js';
import { createUsageStore } from '../store/index/usage.js';
import type { Database } from '../store/database/database.js';
import { createDeletionStore } from '../store/jobs/deletions.js';
import { createRevisionStore } from '../store/index/tagrevisions.js';
import { createImageStore } from '../store/index/images.js';
import { createInventory } from '../store/queries/inventory.js';
import { createJobStore, type OnJobEnd } from '../store/jobs/jobs.js';
import { createListStore } from '../store/queries/lists.js';
import { createReferrerStore } from '../store/index/referrers.js';
import type { RegistryStore } from '../store/registries/registries.js';
import { createRepositoryStore } from '../store/index/repositories.js';
import type { Keyring } from '../store/keys/keyring.js';
import { createSearchStore } from '../store/queries/search.js';
import { createTagStore } from '../store/index/tags.js';
import { systemTimer, type Timer } from '../timer.js';
import { noTracer, type Tracer } from '../trace.js';
import { noWaits, tellApart, type Waits } from '../waits.js';
import type { Upstream, UpstreamSettings } from '../upstream/upstream.js';
import { createContacts } from './contacts.js';
import { openContext, type RequestOptions } from './context.js';
import { createDeletionWorker } from './delete/worker.js';
import { createUpstreamClients } from './clients.js';
import { createPruning, defaultKeep, type Keep, type Pruning } from './pruning.js';
import { createIndexer } from './sync/indexer.js';
import { createRetentionRuns } from './retain/runs.js';
import {
  type CatalogueParts,
  type RetentionRuns,
  type Session,
} from './session.js';
import { createSync, type Sync } from './sync/sync.js';
import { createTurns } from './turns.js';

export interface CatalogueSettings {
  readonly database: Database;
  readonly registries: RegistryStore;
  readonly sealer: Keyring;
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
  readonly clock: () => Date;
  readonly timer?: Timer;
  readonly tracer?: Tracer;
  readonly waits?: Waits;
  readonly keep?: Keep;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
  /** For what somebody should look at; by default it is logged with the rest. */
  readonly warn?: (message: string, facts: Record<string, unknown>) => void;
  readonly onJobEnd?: OnJobEnd;
}

/** What the gateway knows of its registries, and the use cases on it. Made once. */
export interface Catalogue {
  readonly sync: Sync;
  readonly retention: RetentionRuns;
  readonly pruning: Pruning;
  /** Goes on with the deletions that an ended process left, and begins to look after all registries. */
  start(): Promise<void>;
  /** For one request: its viewer, its loaders, its upstream calls. */
  open(viewer: Viewer | null, options?: RequestOptions): Session;
  /** Ends the background work and closes the connections to the registries. */
  close(): Promise<void>;
}

export function createCatalogue(settings: CatalogueSettings): Catalogue {
  const {
    database,
    registries,
    createUpstream,
    sealer,
    clock,
    timer = systemTimer,
    waits = noWaits,
    keep = defaultKeep,
    log,
    warn = log,
    onJobEnd,
  } = settings;
  const tracer = tellApart(settings.tracer ?? noTracer, waits);
  const pool = createUpstreamClients(registries, createUpstream);
  const repositories = createRepositoryStore(database);
  const tags = createTagStore(database);
  const images = createImageStore(database);
  const contents = createUsageStore(database);
  const jobs = createJobStore(database, onJobEnd);
  const contacts = createContacts({ registries, clock, timer, log, warn });
  const readerParts = {
    contacts,
    pool,
    registries,
    repositories,
    tags,
    images,
    contents,
    clock,
    tracer,
    log,
    crowded: new Set<string>(),
  };
  const reader = createIndexer(readerParts);
  const sync = createSync({ ...readerParts, reader, jobs, timer });
  const lists = createListStore(database.kysely, database.scanner);
  const search = createSearchStore(database.scanner);
  const inventory = createInventory(database.kysely);
  const history = createRevisionStore(database.kysely);
  const referrers = createReferrerStore(database);
  const audit = createAuditLog(database);
  const steps = createDeletionStore(database, onJobEnd);
  const deletions = createDeletionWorker(steps, () => parts);
  const retention = createRetentionRuns(() => parts);
  const parts: CatalogueParts = {
    ...readerParts,
    reader,
    sync,
    jobs,
    audit,
    deletions,
    retention,
    steps,
    turns: createTurns(),
    lists,
    inventory,
    search,
    history,
    referrers,
    sealer,
    createUpstream,
    timer,
    waits,
    log,
  };
  const pruning = createPruning({ database, clock, timer, keep, log });
  return {
    sync,
    retention,
    pruning,
    async start() {
      await sync.start();
      deletions.start();
      await retention.start();
      pruning.start();
    },
    open: (viewer, options) => ({ ...parts, ...openContext(parts, viewer, options) }),
    async close() {
      await pruning.stop();
      // A run waits for its deletion.
      await Promise.all([retention.stop(), deletions.stop()]);
      await sync.stop();
      pool.close();
    },
  };
}
