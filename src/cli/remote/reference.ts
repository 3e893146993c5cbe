import { CommandError } from '../exit.js';

/** A repository in a registry, as it is typed: `registry/repository`. */
export interface RepositoryReference {
  readonly registry: string;
  readonly repository: string;
}

/** Registries have no slash in their names, repositories may. Throws USAGE. */
export function parseRepository(text: string): RepositoryReference {
  const [registry, ...rest] = text.split('/');
  const repository = rest.join('/');
  if (registry && repository) return { registry, repository };
  throw new CommandError(
    'USAGE',
    `Name a repository with its registry before it: hub/library/nginx. ${JSON.stringify(text.slice(0, 300))} is none.`,
  );
}

/** `registry/repository` with tags after it, or one behind a colon: `hub/library/nginx:1.27`. Throws USAGE. */
export function parseTags(
  text: string,
  tags: readonly string[],
): RepositoryReference & { readonly tags: readonly string[] } {
  const colon = tags.length === 0 ? text.lastIndexOf(':') : -1;
  const place = colon > 0 ? text.slice(0, colon) : text;
  const named = colon > 0 ? [text.slice(colon + 1)] : tags;
  if (named.length > 0 && named.every(Boolean)) return { ...parseRepository(place), tags: named };
  throw new CommandError(
    'USAGE',
    `Name a tag of ${JSON.stringify(text.slice(0, 300))}: hub/library/nginx 1.27, or hub/library/nginx:1.27.`,
  );
}
