import { gzipSync } from 'node:zlib';
import { media } from '../../../src/demo/registry/media.js';
import {
  type Incoming,
  type Reply,
  replyBytes,
  replyEmpty,
  replyError,
  replyJson,
} from '../../../src/demo/registry/reply.js';
import { sha256 } from './store.js';

/** What goes wrong. Sizes in bytes, times in milliseconds. */
export type Fault =
  /** This status. Without a body: distribution's error JSON. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset without an answer; with `executed`, after the request was carried out. */
  | { readonly kind: 'reset'; readonly executed?: boolean }
  /** Nothing is ever sent. */
  | { readonly kind: 'hang' }
  /** Waits, then answers truly. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Headers at once, then `chunk` bytes of the body (default 1) every `everyMs` (default 50). */
  | { readonly kind: 'drip'; readonly chunk?: number; readonly everyMs?: number }
  /** The true Content-Length, but only this much of the body; default half. */
  | { readonly kind: 'truncate'; readonly bytes?: number }
  /** 200 and `application/json`, but no JSON. */
  | { readonly kind: 'garbage' }
  /** 200 and a login page. */
  | { readonly kind: 'html' }
  /**
   * The true body and blanks after it up to this size: valid JSON that only a limit stops. With `gzip` small on the
   * wire; with `chunked` without Content-Length.
   */
  | { readonly kind: 'oversize'; readonly bytes: number; readonly gzip?: boolean; readonly chunked?: boolean }
  /** Docker-Content-Digest and ETag name other content. */
  | { readonly kind: 'wrongDigest' }
  /** The body has one blank more than its digest says: still the same JSON. */
  | { readonly kind: 'wrongBytes' }
  /** 429; `retryAfter` as it stands in the header, seconds or a date. */
  | { readonly kind: 'rateLimit'; readonly retryAfter?: string }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** Of a catalogue, a tag list or referrers: every page has new entries and a next one. */
  | { readonly kind: 'endlessPages' }
  /** Of a catalogue, a tag list or referrers: the same page for ever, each with a link to itself. */
  | { readonly kind: 'repeatedLast' }
  /** The true answer with this Link. */
  | { readonly kind: 'link'; readonly link: string }
  /** `"tags": null`, `"repositories": null`. */
  | { readonly kind: 'namesNull' }
  /** These names stand before the true ones. */
  | { readonly kind: 'names'; readonly names: readonly unknown[] }
  /** The true answer under these headers too. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> };

export type FaultRule = Fault & {
  /** Of the path with its query, a prefix included; or any condition. Default: every request. */
  readonly match?: RegExp | ((request: Pick<Incoming, 'method' | 'path' | 'headers'>) => boolean);
  readonly method?: string;
  /** How often it happens, the 401 before a token counted. Default always. */
  readonly times?: number;
  /** How many matching requests are let through first. Default none. */
  readonly after?: number;
};

export interface FaultHandle {
  /** How often it happened. */
  readonly hits: number;
  stop(): void;
}

export interface FaultScript {
  readonly add: (rule: FaultRule) => FaultHandle;
  /** The first rule that matches and is not used up; counts as a hit. */
  next(request: Incoming): FaultRule | null;
  readonly clear: () => void;
}

export function createFaultScript(): FaultScript {
  const entries: { rule: FaultRule; seen: number; hits: number }[] = [];
  return {
    add(rule) {
      const entry = { rule, seen: 0, hits: 0 };
      entries.push(entry);
      return {
        get hits() {
          return entry.hits;
        },
        stop: () => void entries.splice(entries.indexOf(entry), entries.includes(entry) ? 1 : 0),
      };
    },
    next(request) {
      for (const entry of entries) {
        if (!matches(entry.rule, request) || entry.hits >= (entry.rule.times ?? Infinity)) continue;
        entry.seen += 1;
        if (entry.seen <= (entry.rule.after ?? 0)) continue;
        entry.hits += 1;
        return entry.rule;
      }
      return null;
    },
    clear: () => void entries.splice(0),
  };
}

function matches(rule: FaultRule, request: Incoming): boolean {
  if (rule.method !== undefined && rule.method !== request.method) return false;
  return rule.match instanceof RegExp ? rule.match.test(request.path) : (rule.match?.(request) ?? true);
}

/**
 * The answer in place of the true one, so that the request is never carried out. null: the fault is in the true answer.
 */
export function replaceReply(fault: Fault, request: Incoming): Reply | null {
  switch (fault.kind) {
    case 'status': {
      const { status, body, headers = {} } = fault;
      return body === undefined
        ? replyError(status, 'UNKNOWN', 'unknown error', null, headers)
        : replyBytes(status, Buffer.from(body), { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
    }
    case 'garbage':
      return replyBytes(200, Buffer.from('{"repositories":["a", \u0000'), { 'Content-Type': 'application/json' });
    case 'html':
      return replyBytes(200, Buffer.from('<!doctype html><title>Sign in</title><h1>Sign in</h1>'), {
        'Content-Type': 'text/html',
      });
    case 'rateLimit':
      return replyError(
        429,
        'TOOMANYREQUESTS',
        'too many requests',
        null,
        fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter },
      );
    case 'redirect':
      return replyEmpty(fault.status ?? 307, { Location: fault.location });
    case 'endlessPages': {
      const page = Number(/page-(\d+)$/.exec(request.query.get('last') ?? '')?.[1] ?? 0) + 1;
      const names = [`page-${page}`];
      return replyJson(200, listed(request, names), { Link: `<${pathOf(request)}?last=${names[0]}&n=1>; rel="next"` });
    }
    case 'repeatedLast':
      return replyJson(200, listed(request, ['again']), { Link: `<${pathOf(request)}?last=again&n=1>; rel="next"` });
    default:
      return null;
  }
}

/** The true answer, spoilt. Faults of the delivery leave it as it is. */
export function spoilReply(fault: Fault, reply: Reply): Reply {
  switch (fault.kind) {
    case 'oversize': {
      const body = Buffer.concat([reply.body, Buffer.alloc(Math.max(fault.bytes - reply.body.length, 0), ' ')]);
      return fault.gzip
        ? { ...withHeaders(reply, { 'Content-Encoding': 'gzip' }), body: gzipSync(body) }
        : { ...reply, body };
    }
    case 'wrongDigest': {
      const other = `sha256:${'b'.repeat(64)}`;
      return withHeaders(reply, { 'Docker-Content-Digest': other, ETag: `"${other}"` });
    }
    case 'wrongBytes':
      return { ...reply, body: Buffer.concat([reply.body, Buffer.from(' ')]) };
    case 'link':
      return withHeaders(reply, { Link: fault.link });
    case 'headers':
      return withHeaders(reply, fault.headers);
    case 'namesNull':
      return withNames(reply, () => null);
    case 'names':
      return withNames(reply, (names) => [...fault.names, ...names]);
    default:
      return reply;
  }
}

function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function withNames(reply: Reply, change: (names: readonly unknown[]) => readonly unknown[] | null): Reply {
  const { repositories, tags, ...rest } = JSON.parse(reply.body.toString()) as Record<
    string,
    readonly unknown[] | null
  >;
  const body =
    repositories === undefined ? { ...rest, tags: change(tags ?? []) } : { repositories: change(repositories ?? []) };
  return { ...reply, body: Buffer.from(JSON.stringify(body)) };
}

function pathOf(request: Incoming): string {
  return request.path.split('?')[0] ?? '';
}

function listed(request: Incoming, names: readonly string[]): unknown {
  if (pathOf(request).includes('/referrers/')) {
    return {
      schemaVersion: 2,
      mediaType: media.ociIndex,
      manifests: names.map((name) => ({ mediaType: media.ociManifest, digest: sha256(name), size: 2 })),
    };
  }
  const [, repository] = /\/v2\/(.+)\/tags\/list$/.exec(pathOf(request)) ?? [];
  return repository ? { name: repository, tags: names } : { repositories: names };
}
