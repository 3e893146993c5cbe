import type { FastifyInstance, FastifyRequest } from 'fastify';
import { notFound } from '../errors.js';
import { isPreflight } from './origins.js';
import { RequestProblem } from './problem.js';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Which methods the paths of a server take. */
export interface Methods {
  /** Answers OPTIONS with 204 and `Allow`; but not a page of another site that asks before it sends. */
  answerOptions(): void;
  /** Answers a method that a path does not take with 405 and `Allow` (RFC 9110 §15.5.6), before its body is read. */
  refuseOthers(): void;
}

/** Call it before there are routes; what it gives adds hooks, in the order in which they are to look at a request. */
export function collectMethods(server: FastifyInstance): Methods {
  const paths = new Map<string, KnownPath>();
  server.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return;
    const known = paths.get(url) ?? { pattern: toPattern(url), methods: new Set(['OPTIONS']) };
    for (const each of Array.isArray(method) ? method : [method]) known.methods.add(each);
    paths.set(url, known);
  });
  const allowOf = ({ url }: FastifyRequest): string | null => listMethods([...paths.values()], url);
  return {
    answerOptions() {
      server.addHook('onRequest', (request, reply, done) => {
        if (request.method !== 'OPTIONS' || isPreflight(request)) return done();
        const allow = allowOf(request);
        if (allow === null) throw notFound(`There is no ${request.method} ${request.url.slice(0, 200)}.`);
        return void reply.header('allow', allow).code(204).send();
      });
    },
    refuseOthers() {
      server.addHook('onRequest', (request, _reply, done) => {
        const allow = request.is404 ? allowOf(request) : null;
        if (allow !== null)
          throw new RequestProblem(405, `This address takes ${allow}, and not ${request.method}. Nothing was done.`, {
            allow,
          });
        done();
      });
    },
  };
}

/** As the routes are written: a parameter is one part of the path, `*` is any number of them. */
function toPattern(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replaceAll(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`, 's');
}

/** As `Allow` has it; null for a path that is not known. `*` is the server itself (RFC 9110 §9.3.7). */
function listMethods(paths: readonly KnownPath[], url: string): string | null {
  const path = url.replace(/[?#].*$/s, '').replace(/(.)\/$/s, '$1');
  const known = path === '*' ? paths : paths.filter(({ pattern }) => pattern.test(path));
  if (known.length === 0) return null;
  return [...new Set(known.flatMap(({ methods }) => [...methods]))].sort().join(', ');
}
