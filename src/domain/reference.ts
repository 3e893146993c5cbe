import { type Digest, isDigest } from './digest.js';
import { isRepositoryName, isTagName, type RepositoryName, type TagName } from './name.js';
import { hostOf, type Registry } from './registry.js';

/**
 * A reference to an image as people paste it, `[place/]repository[:tag][@digest]`: OCI distribution-spec, and the
 * reference grammar of distribution. What its place is, if it has one, is told by the registries that are known.
 */
export interface ImageReference {
  /** All before the tag and the digest, in lower case: a repository's name, or a place, "/" and that. */
  readonly path: string;
  readonly tag: TagName | null;
  readonly digest: Digest | null;
}

/** A repository that a reference names. */
export interface NamedRepository {
  /** null: in any registry. */
  readonly registryId: string | null;
  readonly name: RepositoryName;
}

const longest = 255;

/** Host names, ports and addresses of IPv6 in brackets, and names of repositories. */
const path = /^[a-z0-9._:[\]/-]+$/;

/** Returns null for what is no reference, and for a single word, which is a name like any other. */
export function parseReference(text: string): ImageReference | null {
  const trimmed = text.trim().replace(/^(?:docker|oci|https?):\/\//i, '');
  if (trimmed.length > longest || isDigest(trimmed)) return null;
  const [named = '', ...digests] = trimmed.split('@');
  const digest = digests[0]?.toLowerCase() ?? null;
  if (digests.length > 1 || (digest !== null && !isDigest(digest))) return null;
  const [, before = '', tag = null] = /^(.*\/[^/:]+|[^/:]+)(?::([^/:]*))?$/.exec(named) ?? [];
  const lower = before.toLowerCase();
  if (!path.test(lower) || (tag !== null && !isTagName(tag))) return null;
  return tag === null && digest === null && !lower.includes('/') ? null : { path: lower, tag, digest };
}

/**
 * The repositories that a reference may mean, the likeliest first: of the registry whose name or host stands before;
 * then by the whole of it, in any registry; then as Docker Hub shortens it, without `library/`.
 */
export function resolveReference(
  reference: ImageReference,
  registries: readonly Pick<Registry, 'id' | 'name' | 'addr' | 'pullHost'>[],
): NamedRepository[] {
  const placed = registries.flatMap((registry) => {
    const place = listPlaces(registry).find((one) => reference.path.startsWith(`${one}/`));
    return place === undefined ? [] : listNames(registry.id, reference.path.slice(place.length + 1));
  });
  return [...placed, ...listNames(null, reference.path)];
}

function listNames(registryId: string | null, text: string): NamedRepository[] {
  const names = text.includes('/') ? [text] : [text, `library/${text}`];
  return names.filter(isRepositoryName).map((name) => ({ registryId, name }));
}

/** Docker Hub's host is not the one that its references have. */
const hubHosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** Texts that may stand before the names of a registry's repositories. */
function listPlaces({ name, addr, pullHost }: Pick<Registry, 'name' | 'addr' | 'pullHost'>): string[] {
  const { protocol, port, hostname, pathname } = new URL(addr);
  const usual = port === '' ? [`${hostname}:${protocol === 'https:' ? 443 : 80}${pathname.replace(/\/$/, '')}`] : [];
  const hosts = hubHosts.includes(hostname) ? hubHosts : [];
  return [name, hostOf(addr), ...(pullHost === null ? [] : [pullHost]), ...usual, ...hosts].map((place) =>
    place.toLowerCase(),
  );
}
