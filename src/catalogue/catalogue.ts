import type { Viewer } from '../domain/account.js';
import { createContentIndex } from '../store/contents.js';
import type { Database } from '../store/database.js';
import { createImageIndex } from '../store/images.js';
import { createJobStore } from '../store/jobs.js';
import { createListIndex } from '../store/lists.js';
import type { RegistryStore } from '../store/registries.js';
import { createRepositoryIndex } from '../store/repositories.js';
import { createSearchIndex } from '../store/search.js';
import { createTagIndex } from '../store/tags.js';
import type { Upstream, UpstreamSettings } from '../upstream/upstream.js';
import { createUpstreamPool } from './pool.js';
import { createReader } from './reader.js';
import { type CatalogueParts, createSession, type Session, type SessionOptions } from './session.js';
import { createSync, type Sync } from './sync.js';

export interface CatalogueSettings {
  readonly database: Database;
  readonly registries: RegistryStore;
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
  readonly clock: () => Date;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
}

/** What the gateway knows of its registries, and the use cases on it. Made once. */
export interface Catalogue {
  readonly sync: Sync;
  /** For one request: its viewer, its loaders, its upstream calls. */
  open(viewer: Viewer | null, options?: SessionOptions): Session;
  /** Ends the background work and closes the connections to the registries. */
  close(): Promise<void>;
}

export function createCatalogue({ database, registries, createUpstream, clock, log }: CatalogueSettings): Catalogue {
  const pool = createUpstreamPool(registries, createUpstream);
  const repositories = createRepositoryIndex(database);
  const tags = createTagIndex(database);
  const images = createImageIndex(database);
  const contents = createContentIndex(database);
  const jobs = createJobStore(database);
  const readerParts = { pool, registries, repositories, tags, images, contents, clock };
  const reader = createReader(readerParts);
  const sync = createSync({ ...readerParts, reader, jobs, log });
  const lists = createListIndex(database.kysely);
  const search = createSearchIndex(database.kysely);
  const parts: CatalogueParts = { ...readerParts, reader, sync, jobs, lists, search, createUpstream };
  return {
    sync,
    open: (viewer, options) => createSession(parts, viewer, options),
    async close() {
      await sync.stop();
      pool.close();
    },
  };
}
