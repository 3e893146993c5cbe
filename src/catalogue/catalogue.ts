import type { Viewer } from '../domain/account.js';
import type { UpstreamClients } from './clients.js';
import type { Deliverer } from './deliver/deliverer.js';
import { openContext, type RequestContext, type RequestOptions } from './context.js';
import { type CatalogueSettings, createParts } from './parts.js';
import { type Pruning, defaultKeep, createPruning } from './pruning.js';
import { endLeftJobs } from './registryjobs.js';
import type { RetentionRuns } from './retain/runs.js';
import { createViews } from './views.js';
import type { Sync } from './sync/sync.js';
import { type UseCases, createUseCases } from './usecases.js';

/** The gateway's knowledge of its registries, and the use cases on it. Made once. */
export interface Catalogue {
  readonly useCases: UseCases;
  /** The same for one viewer: who was granted some places alone is shown nothing else. */
  useCasesFor(viewer: Viewer | null): UseCases;
  readonly sync: Sync;
  readonly clients: UpstreamClients;
  readonly retention: Pick<RetentionRuns, 'runDue'>;
  readonly pruning: Pruning;
  readonly deliverer: Pick<Deliverer, 'standing'>;
  /** Goes on with the deletions that an ended process left, and begins to look after all registries. */
  start(): Promise<void>;
  /** For one request: its viewer, its loaders, its upstream calls. Each use case takes it first. */
  open(viewer: Viewer | null, options?: RequestOptions): RequestContext;
  /** Ends the background work and closes the connections to the registries. */
  close(): Promise<void>;
}

export function createCatalogue(settings: CatalogueSettings, parts = createParts(settings)): Catalogue {
  const { sync, clients, leases, tasks, timer } = parts;
  const { useCases, work } = createUseCases(parts, settings.notifying);
  const views = createViews(settings, parts, { useCases, work });
  const { deletionWorker, retentionRuns, deliverer } = work;
  const { database, clock, keep = defaultKeep, log } = settings;
  // Another gateway has written how a registry is reached, or by whom: what is under way there goes on by that.
  database.elsewhere.on('settings', (registryId) => {
    const left = Promise.all([deletionWorker.suspend(registryId, null), sync.leaveCrawl(registryId)]);
    clients.forget(registryId);
    void tasks.add(left.then(() => deletionWorker.resume()));
  });
  const pruning = createPruning({ database, clock, timer, keep, log });
  let stopEnding = (): void => undefined;
  return {
    useCases,
    useCasesFor: (viewer) => views.of(viewer).useCases,
    sync,
    clients,
    retention: retentionRuns,
    pruning,
    deliverer,
    async start() {
      await leases.start();
      stopEnding = await endLeftJobs(parts);
      sync.start();
      deletionWorker.start();
      retentionRuns.start();
      pruning.start();
      await deliverer.start();
    },
    open: (viewer, options) => openContext(views.of(viewer).parts, viewer, options),
    async close() {
      stopEnding();
      await Promise.all([pruning.stop(), deliverer.stop()]);
      settings.notifying?.sender.close();
      // A run waits for its deletion.
      await Promise.all([retentionRuns.stop(), deletionWorker.stop()]);
      sync.stop();
      await tasks.finish();
      clients.close();
    },
  };
}
