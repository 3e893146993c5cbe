import type { Viewer } from '../domain/account.js';
import type { Database } from '../store/database.js';
import { createImageIndex } from '../store/images.js';
import type { RegistryStore } from '../store/registries.js';
import { createRepositoryIndex } from '../store/repositories.js';
import { createSizeIndex } from '../store/sizes.js';
import { createTagIndex } from '../store/tags.js';
import type { CallOptions, Upstream, UpstreamSettings } from '../upstream/upstream.js';
import { createFlights } from './flights.js';
import { createUpstreamPool } from './pool.js';
import { createReader } from './reader.js';
import { createSession, type CatalogueParts, type Session } from './session.js';

export interface CatalogueSettings {
  readonly database: Database;
  readonly registries: RegistryStore;
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
  readonly clock: () => Date;
}

/** What the gateway knows of its registries, and the use cases on it. Made once. */
export interface Catalogue {
  /** For one request: its viewer, its loaders, its upstream calls. */
  open(viewer: Viewer | null, call?: CallOptions): Session;
  /** Closes the connections to the registries. */
  close(): void;
}

export function createCatalogue({ database, registries, createUpstream, clock }: CatalogueSettings): Catalogue {
  const { kysely } = database;
  const pool = createUpstreamPool(registries, createUpstream);
  const repositories = createRepositoryIndex(kysely);
  const tags = createTagIndex(kysely);
  const images = createImageIndex(kysely);
  const reader = createReader({ pool, registries, repositories, tags, images, flights: createFlights(), clock });
  const parts: CatalogueParts = { reader, pool, createUpstream, registries, repositories, tags, images, sizes: createSizeIndex(kysely), clock };
  return {
    open: (viewer, call) => createSession(parts, viewer, call),
    close: () => pool.close(),
  };
}
