import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Viewer } from '../../domain/account.js';
import { badInput, GatewayError } from '../../errors.js';

/** A request as Apollo is given it. */
export type GraphQLAsked = Pick<FastifyRequest, 'method' | 'url' | 'body' | 'headers'>;

/**
 * The documents that requests name by an id in place of their text: `documentId` (GraphQL over HTTP, "Persisted
 * documents"), or `extensions.persistedQuery.sha256Hash` (Apollo's automatic persisted queries).
 */
export interface NamedDocuments {
  /**
   * The request with the text of its document, and `extensions` without the hash. Throws PERSISTED_QUERY_NOT_FOUND for
   * a document that is not known: the client sends it with its text then; DOCUMENT_NOT_TRUSTED for one that the
   * operator did not list; BAD_USER_INPUT for a hash that is of another text.
   */
  complete(asked: GraphQLAsked, viewer: Viewer | null): GraphQLAsked;
}

/** Documents that clients sent, and the characters of all of them: those that were used least lately go first. */
const [mostKept, mostCharacters] = [1000, 4_000_000];

/** By their ids: what TRUSTED_DOCUMENTS has. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** A request's fields that say which document it is about. */
interface Naming {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/** `trusted` null: whoever may ask at all may ask by any document. */
export function createNamedDocuments(trusted: TrustedDocuments | null): NamedDocuments {
  const kept = new LRUCache<string, string>({
    max: mostKept,
    maxSize: mostCharacters,
    sizeCalculation: (text) => Math.max(text.length, 1),
  });
  const hashes = new Set([...(trusted?.values() ?? [])].map(hashOf));

  const find = (id: string): string | undefined =>
    trusted?.get(id) ?? trusted?.get(id.replace(/^sha256:/, '')) ?? kept.get(id.replace(/^sha256:/, ''));

  const readDocument = (naming: Naming, viewer: Viewer | null): string | undefined => {
    const { query, documentId } = naming;
    const hash = readHash(naming.extensions);
    const id = hash ?? (typeof documentId === 'string' ? documentId : null);
    const text = typeof query === 'string' && query !== '' ? query : undefined;
    if (id === null) return assertTrusted(text, viewer);
    if (text === undefined) {
      const found = find(id);
      if (found === undefined) throw new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
      // One of the listed documents, or one that somebody sent who may send any.
      return assertTrusted(found, viewer);
    }
    if (hash !== null && hashOf(text) !== hash)
      throw badInput(
        '"sha256Hash" is not the SHA-256 of "query": leave it out, or send the hash of this text.',
        'extensions',
      );
    assertTrusted(text, viewer);
    // Nobody has it keep anything who is not known.
    if (hash !== null && viewer !== null) kept.set(hash, text);
    return text;
  };

  /** Those who change everything else may send any: the explorer, and the command line, are theirs. */
  const assertTrusted = (text: string | undefined, viewer: Viewer | null): string | undefined => {
    if (trusted === null || text === undefined || viewer === null) return text;
    if (viewer.roles.includes('admin') || hashes.has(hashOf(text))) return text;
    throw new GatewayError(
      'DOCUMENT_NOT_TRUSTED',
      'This gateway runs the documents that its operator lists (TRUSTED_DOCUMENTS), and this is none of them: ask ' +
        'for it to be listed, or send one that is, by its id as "documentId".',
    );
  };

  return {
    complete(asked, viewer) {
      if (asked.method === 'POST') {
        const { body } = asked;
        if (typeof body !== 'object' || body === null || Array.isArray(body)) return asked;
        const query = readDocument(body, viewer);
        const isNamed = 'documentId' in body || readHash((body as Naming).extensions) !== null;
        return isNamed ? { ...pick(asked), body: withText(body, query) } : asked;
      }
      const mark = asked.url.indexOf('?');
      const search = new URLSearchParams(mark < 0 ? '' : asked.url.slice(mark + 1));
      const naming = { ...Object.fromEntries(search), extensions: parseJson(search.get('extensions')) };
      const query = readDocument(naming, viewer);
      if (!search.has('documentId') && readHash(naming.extensions) === null) return asked;
      for (const name of ['documentId', 'extensions']) search.delete(name);
      if (query !== undefined) search.set('query', query);
      return { ...pick(asked), url: `${asked.url.slice(0, Math.max(mark, 0))}?${search.toString()}` };
    },
  };
}

function pick({ method, url, body, headers }: GraphQLAsked): GraphQLAsked {
  return { method, url, body, headers };
}

function withText({ documentId: _id, extensions, ...rest }: Naming, query: string | undefined): object {
  const { persistedQuery: _hash, ...others } = (extensions ?? {}) as Record<string, unknown>;
  return { ...rest, query, ...(Object.keys(others).length > 0 && { extensions: others }) };
}

/** In small letters; null: there is none, or none that is a hash, which Apollo then refuses. */
function readHash(extensions: unknown): string | null {
  const { persistedQuery } = (extensions ?? {}) as { readonly persistedQuery?: unknown };
  const { version, sha256Hash } = (persistedQuery ?? {}) as Record<string, unknown>;
  return version === 1 && typeof sha256Hash === 'string' && /^[0-9a-f]{64}$/i.test(sha256Hash)
    ? sha256Hash.toLowerCase()
    : null;
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
