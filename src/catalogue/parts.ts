import { type AskerStore, createAskerStore } from '../store/accounts/askers.js';
import { createAuditLog, type AuditLog } from '../store/jobs/audit.js';
import { createApprovalStore } from '../store/jobs/approvals.js';
import { createDeletionStore, type DeletionStore } from '../store/jobs/deletions.js';
import { createInventory, type Inventory } from '../store/queries/inventory.js';
import { readInstanceId } from '../store/keys/canary.js';
import type { Keyring } from '../store/keys/keyring.js';
import type { NumberCode } from '../store/keys/numbercode.js';
import { createSearchStore, type SearchStore } from '../store/queries/search.js';
import { createSlices, type Slices, systemTimer, type Timer } from '../timer.js';
import { noTracer, type Tracer } from '../trace.js';
import { noWaits, tellApart, type Waits } from '../waits.js';
import type { Log } from '../upstream/clients.js';
import type { Upstream, UpstreamSettings } from '../upstream/upstream.js';
import type { RequestContext } from './context.js';
import { decodingSlice } from './loaders/decodings.js';
import type { LoaderParts } from './loaders/loaders.js';
import { TagTexts } from './loaders/tagtexts.js';
import { UpstreamClients } from './clients.js';
import { ContentCache } from './contentcache.js';
import { EventTail } from './browse/eventtail.js';
import { createIndexer, type Indexer } from './sync/indexer.js';
import { Sync } from './sync/sync.js';
import { JobWatch } from './jobwatch.js';
import { RepositoryMutex } from './repositorymutex.js';
import { BackgroundTasks } from './tasks.js';
import type { Database } from '../store/database/database.js';
import { createImageStore } from '../store/index/images.js';
import { createEventLog, type EventLog } from '../store/events/eventlog.js';
import { createReferrerStore } from '../store/index/referrers.js';
import { RepositoryStore } from '../store/index/repositories.js';
import { createFormerStore, type FormerStore } from '../store/index/formertags.js';
import { createRevisionStore } from '../store/index/tagrevisions.js';
import { TagStore } from '../store/index/tags.js';
import { createUsageStore } from '../store/index/usage.js';
import { type OnJobEnd, createJobStore } from '../store/jobs/jobs.js';
import { createLayerUseStore, type LayerUseStore } from '../store/queries/layeruse.js';
import { createLineageStore } from '../store/queries/lineage.js';
import { createSeriesStore } from '../store/queries/series.js';
import { createListStore } from '../store/queries/lists.js';
import type { RegistryStore } from '../store/registries/registries.js';
import { WebhookStore } from '../store/webhooks/webhooks.js';
import type { DeliveryFailure, DisabledReason } from '../domain/webhook.js';
import type { WebhookSender } from '../webhooks/sender.js';
import { createContacts } from './contacts.js';
import type { Keep } from './pruning.js';

/** The parts that the catalogue is made of: built once, in app.ts. */
export interface CatalogueParts extends LoaderParts {
  readonly clients: UpstreamClients;
  readonly indexer: Indexer;
  readonly sync: Sync;
  /** Content that somebody asked for, which the index does not keep. */
  readonly contentCache: ContentCache;
  /** The turns that all requests share in which content is decoded. */
  readonly decodingSlices: Slices;
  readonly search: SearchStore;
  readonly inventory: Inventory;
  readonly former: FormerStore;
  readonly layerUse: LayerUseStore;
  readonly steps: DeletionStore;
  /** Whoever asked for a job, with the rights they have by now. */
  readonly askers: AskerStore;
  readonly eventLog: EventLog;
  readonly eventTail: EventTail;
  /** Tells of writes: see WriteSignal. */
  readonly writes: Database['writes'];
  /** Who does what, where several gateways share the database. */
  readonly leases: Database['leases'];
  /** Tells of what other gateways do with jobs. */
  readonly jobWatch: JobWatch;
  /** Searches of the database within it are for this caller. */
  readonly readAs: Database['readAs'];
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly tracer: Tracer;
  readonly waits: Waits;
  readonly log: Log;
  /** Mutations write it by their `deed`: see audit.ts. */
  readonly audit: AuditLog;
  /** Held by whatever writes to a repository of a registry. */
  readonly repositoryMutex: RepositoryMutex;
  /** Work that goes on without a request, or after it. */
  readonly tasks: BackgroundTasks;
  /** Writes ids of events for who does not see them all: see browse/eventids.ts. */
  readonly eventCode: NumberCode;
  /** Writes positions in lists for clients that are not to count by them. */
  readonly cursorCode: NumberCode;
  /** Seals what clients hold for the gateway and must not change: plans. */
  readonly sealer: Pick<Keyring, 'seal' | 'open'>;
  /** For testing a connection before it is kept. */
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
  readonly webhooks: WebhookStore;
  /** The UUID of this installation. */
  readonly instanceId: () => Promise<string>;
  /** Events are sent over http: too. */
  readonly isHttpAllowed: boolean;
  /** For what somebody should look at. */
  readonly warn: Log;
}

/** Notes that the request read from a registry, which is then asked again behind, if that is due. */
export function noteRegistryRead({ touched }: RequestContext, sync: Pick<Sync, 'markUsed'>, registryId: string): void {
  if (touched.has(registryId)) return;
  touched.add(registryId);
  sync.markUsed(registryId);
}

/** From outside, what the catalogue is made of. */
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
  readonly log: Log;
  /** For what somebody should look at; by default it is logged with the rest. */
  readonly warn?: Log;
  readonly onJobEnd?: OnJobEnd;
  /** By default nothing is sent to webhooks. */
  readonly notifying?: Notifying;
}

/** How webhooks are told of events. */
export interface Notifying {
  readonly sender: WebhookSender;
  readonly isHttpAllowed: boolean;
  /** An attempt has ended; null: it was taken. */
  readonly onDelivery: (failure: DeliveryFailure | null) => void;
  readonly onDisabled: (reason: DisabledReason) => void;
}

/** In the order in which they need each other. */
export function createParts(settings: CatalogueSettings): CatalogueParts {
  const { database, registries, createUpstream, sealer, clock, log, onJobEnd } = settings;
  const { timer = systemTimer, waits = noWaits, warn = log } = settings;
  const tracer = tellApart(settings.tracer ?? noTracer, waits);
  const clients = new UpstreamClients(registries, createUpstream);
  const contacts = createContacts({ registries, clock, timer, log, warn });
  const indexed = {
    repositories: new RepositoryStore(database),
    tags: new TagStore(database),
    images: createImageStore(database),
    contents: createUsageStore(database),
  };
  const jobs = createJobStore(database, onJobEnd);
  const approvals = createApprovalStore(database, onJobEnd);
  const eventLog = createEventLog(database);
  const indexerParts = { ...indexed, contacts, clients, registries, clock, tracer, log, crowded: new Set<string>() };
  const tasks = new BackgroundTasks(log);
  const indexer = createIndexer(indexerParts);
  const { leases, writes } = database;
  const jobWatch = new JobWatch({ jobs, writes, leases, timer });
  const sync = new Sync({ ...indexerParts, indexer, jobs, jobWatch, leases, tasks, timer });
  return {
    ...indexerParts,
    indexer,
    sync,
    jobs,
    approvals,
    tasks,
    timer,
    waits,
    sealer,
    ...createNumberCodes(sealer),
    createUpstream,
    audit: createAuditLog(database),
    steps: createDeletionStore(database, onJobEnd),
    askers: createAskerStore(database),
    eventLog,
    eventTail: new EventTail(eventLog, writes, (error) => warn('events could not be read', { err: error })),
    writes,
    leases,
    jobWatch,
    readAs: database.readAs,
    repositoryMutex: new RepositoryMutex({ leases, timer }),
    tagTexts: new TagTexts(),
    contentCache: new ContentCache(),
    decodingSlices: createSlices(decodingSlice, () => timer.elapsed()),
    ...createQueries(database),
    referrers: createReferrerStore(database),
    webhooks: new WebhookStore(database, sealer, clock),
    instanceId: remember(() => readInstanceId(database)),
    isHttpAllowed: settings.notifying?.isHttpAllowed ?? false,
    warn,
  };
}

/** The lists and searches of the index. */
function createQueries(database: CatalogueSettings['database']) {
  const { kysely, scanner } = database;
  return {
    lists: createListStore(kysely, scanner),
    series: createSeriesStore(scanner),
    lineage: createLineageStore(scanner),
    layerUse: createLayerUseStore(database),
    search: createSearchStore(scanner),
    inventory: createInventory(kysely),
    history: createRevisionStore(kysely),
    former: createFormerStore(scanner),
  };
}

/** Numbers of rows as those are told of them who may not count by them, apart by where they stand. */
function createNumberCodes(sealer: CatalogueSettings['sealer']): Pick<CatalogueParts, 'eventCode' | 'cursorCode'> {
  return { eventCode: sealer.createNumberCode('event ids'), cursorCode: sealer.createNumberCode('cursors') };
}

/** Gives what reads it once; a failure is not kept. */
function remember<T>(read: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null;
  return () => {
    const reading = (known ??= read());
    reading.catch(() => (known = null));
    return reading;
  };
}
