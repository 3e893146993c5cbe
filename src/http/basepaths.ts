import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type BasePath, parseBasePath, stripBasePath } from '../domain/basepath.js';
import type { IsProxy } from './proxies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where its client finds the gateway. null: not known, so that only relative addresses lead there. */
    readonly basePath: BasePath | null;
  }
}

/** Under which path each request's client finds the gateway. */
export interface BasePaths {
  readonly find: (request: IncomingMessage) => BasePath | null;
  /** The request's target as the routes know it: some proxies take the base path off, others leave it. */
  readonly rewrite: (request: IncomingMessage) => string;
}

/**
 * `setting` holds for all requests. Without it a trusted proxy says it in X-Forwarded-Prefix: one path, as a setting
 * would have it. Anything else there may be from the proxy's own client, and counts as not said.
 */
export function createBasePaths(setting: BasePath | null, isProxy: IsProxy): BasePaths {
  const find = ({ headers, socket }: IncomingMessage): BasePath | null => {
    if (setting !== null) return setting;
    const said = headers['x-forwarded-prefix'];
    return typeof said === 'string' && isProxy(socket.remoteAddress) ? parseBasePath(said) : null;
  };
  return {
    find,
    rewrite(request) {
      const { url = '/' } = request;
      const base = find(request);
      return base ? stripBasePath(url, base) : url;
    },
  };
}

/** Gives each request its `basePath`. */
export function tellBasePaths(server: FastifyInstance, { find }: BasePaths): void {
  server.decorateRequest('basePath', {
    getter() {
      return find(this.raw);
    },
  });
}
