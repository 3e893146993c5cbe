import type { Viewer } from '../domain/account.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { Registry } from '../domain/registry.js';
import { GatewayError } from '../errors.js';
import type { CallOptions, Upstream, UpstreamSettings } from '../upstream/upstream.js';
import { createLoaders, type LoaderParts, type Loaders } from './loaders.js';
import type { UpstreamPool } from './pool.js';

/** What the catalogue is made of: built once, in app.ts. */
export interface CatalogueParts extends LoaderParts {
  readonly pool: UpstreamPool;
  /** For testing a connection before it is kept. */
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
}

/** One request's view of the catalogue. Every use case takes it first and checks the viewer's rights with it. */
export interface Session extends CatalogueParts {
  /** null: nobody has said who is asking. */
  readonly viewer: Viewer | null;
  readonly loaders: Loaders;
  readonly call: CallOptions;
}

export function createSession(parts: CatalogueParts, viewer: Viewer | null, call: CallOptions = {}): Session {
  return { ...parts, viewer, call, loaders: createLoaders(parts, call) };
}

/** The last known state may stand in for a failure; nothing can stand in for what was never read. Throws the failure then. */
export function assertRead(registry: Registry, confirmedAt: Date | null, problem: UpstreamProblem | null): void {
  if (confirmedAt === null && problem) throw new GatewayError(problem.code, problem.message, { registry: registry.name });
}
