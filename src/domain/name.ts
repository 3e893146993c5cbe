import { badInput } from '../errors.js';

/** A repository's full name within its registry, `library/registry`: OCI distribution-spec, "Pulling manifests". */
export type RepositoryName = string & { readonly __brand: 'RepositoryName' };
/** A tag: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`. */
export type TagName = string & { readonly __brand: 'TagName' };
/** The unique name a registry is attached under; it stands in URLs, so it has no slash. */
export type RegistryName = string & { readonly __brand: 'RegistryName' };

/**
 * As distribution has it (reference grammar, "NameTotalLengthMax"); clients want host and name together to be no
 * longer.
 */
export const maxRepositoryName = 255;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const registry = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i;

/** Length before grammar: the grammar is tried only on text short enough to be one. */
export function isRepositoryName(text: unknown): text is RepositoryName {
  return (
    typeof text === 'string' &&
    text.length > 0 &&
    text.length <= maxRepositoryName &&
    text.split('/').every((part) => component.test(part))
  );
}

export function isTagName(text: unknown): text is TagName {
  return typeof text === 'string' && text.length <= 128 && tag.test(text);
}

/** Throws BAD_USER_INPUT: a name outside the OCI grammar must never be sent to a registry. */
export function parseRepositoryName(text: string, ...path: string[]): RepositoryName {
  if (isRepositoryName(text)) return text;
  throw badInput(
    `${quote(text)} is not a repository name: up to ${maxRepositoryName} characters, lower-case letters and digits, ` +
      'parts joined by ".", "_", "__", "-" or "/".',
    ...path,
  );
}

/** Throws BAD_USER_INPUT. */
export function parseTagName(text: string, ...path: string[]): TagName {
  if (isTagName(text)) return text;
  throw badInput(
    `${quote(text)} is not a tag: up to 128 letters, digits, "_", "." and "-", not beginning with "." or "-".`,
    ...path,
  );
}

export function isRegistryName(text: unknown): text is RegistryName {
  return typeof text === 'string' && text.length <= 63 && registry.test(text);
}

/** Throws BAD_USER_INPUT. */
export function parseRegistryName(text: string, ...path: string[]): RegistryName {
  if (isRegistryName(text)) return text;
  throw badInput(
    `${quote(text)} cannot name a registry: up to 63 letters, digits, ".", "_" and "-", beginning and ending with ` +
      'a letter or digit.',
    ...path,
  );
}

/** `a/b/c` is namespace `a/b` and repository `c`; a name without a slash has the empty namespace. */
export function splitRepositoryName(name: RepositoryName): { namespace: string; repository: string } {
  const slash = name.lastIndexOf('/');
  return { namespace: name.slice(0, Math.max(slash, 0)), repository: name.slice(slash + 1) };
}

/** A UUID in lower case, as registries, accounts and tokens are identified by one. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** Text from outside as it may stand in a message or a log line: short, one line, no control or bidi characters. */
export function quote(text: unknown): string {
  const shown = String(text).slice(0, 80);
  return JSON.stringify(shown).replaceAll(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
