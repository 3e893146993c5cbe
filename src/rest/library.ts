import type { RepositoryName } from '../domain/name.js';
import { isNotFound } from './outcome.js';

/**
 * Stands before a name without a slash where `library` would lead to another repository: no repository can be called
 * so, and Docker Hub's pages write it likewise.
 */
const plainNamespace = '_';

/**
 * The names that a path can mean, the likeliest first: `library/x` is `x` to clients of the documented API, where there
 * is no `library/x`; `_/x` is `x` and nothing else.
 */
export function listCandidates(path: string): readonly string[] {
  const [, namespace, rest = ''] = /^([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (namespace === plainNamespace) return [rest];
  return namespace === 'library' ? [path, rest] : [path];
}

/** Reads what a path means. Throws what kept the likeliest name from being read when none is there. */
export async function readCandidates<T>(path: string, read: (name: string) => Promise<T>): Promise<T> {
  const [first = path, second] = listCandidates(path);
  try {
    return await read(first);
  } catch (error) {
    if (second === undefined || !isNotFound(error)) throw error;
    return read(second).catch((other: unknown) => {
      // The name that was asked for is the one to report.
      throw isNotFound(other) ? error : other;
    });
  }
}

/** The name whose path `x` would have as `library/x`; null for a name that has a namespace of its own. */
export function findTwin(name: string): RepositoryName | null {
  return name.includes('/') ? null : (`library/${name}` as RepositoryName);
}

/**
 * The namespace that a name without a slash is shown under, as Docker's own clients say; while the gateway knows its
 * twin `library/x`, an empty one included, one that leads to `x` all the same.
 */
export function namespaceOfPlain(hasTwin: boolean): string {
  return hasTwin ? plainNamespace : 'library';
}
