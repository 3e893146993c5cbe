import type { Digest } from './digest.js';
import type { RepositoryName, TagName } from './name.js';

/**
 * A registry's word that something happened in a repository: where to look, and what to look for. It is never state:
 * only what the registry then shows is written down. Without tag and digest it is about the repository as a whole.
 */
export interface Notice {
  readonly repository: RepositoryName;
  readonly action: 'push' | 'delete';
  /** null: none was named; with a digest, only that was pushed or deleted. */
  readonly tag: TagName | null;
  /** The digest that was pushed or deleted; null: not said. */
  readonly digest: Digest | null;
}
