import type { Digest } from './digest.js';
import type { RepositoryName, TagName } from './name.js';

/**
 * What a registry says happened in one of its repositories: where to look, and what to look for. It is never state:
 * only what the registry then shows is written down. Without tag and digest it is about the repository as a whole.
 */
export interface Notice {
  readonly repository: RepositoryName;
  readonly action: 'push' | 'delete';
  /** null: none was named; with a digest, only that was pushed or deleted. */
  readonly tag: TagName | null;
  /** What was pushed or deleted; null: not said. */
  readonly digest: Digest | null;
}
