import type { Digest } from '../domain/digest.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { RegistryAddress } from '../domain/registry.js';

/** Every URL that is ever asked of a registry: OCI distribution-spec, "Endpoints". */
export interface Endpoint {
  readonly origin: string;
  readonly hostname: string;
  readonly ping: URL;
  /** `query` without the question mark. */
  catalog(query: string): URL;
  tags(name: RepositoryName, query: string): URL;
  manifest(name: RepositoryName, reference: TagName | Digest): URL;
  blob(name: RepositoryName, digest: Digest): URL;
  referrers(name: RepositoryName, subject: Digest, query: string): URL;
}

export function createEndpoint(addr: RegistryAddress): Endpoint {
  const root = new URL(`${addr}/v2/`);
  const { origin, hostname, pathname, href } = root;
  const build = (segments: readonly string[], query = ''): URL => {
    const url = new URL(href + segments.map((each) => encodeURIComponent(each).replaceAll('%3A', ':')).join('/'));
    if (query !== '') url.search = query;
    // Names are checked before they come here; this holds even for one that was cast.
    if (!url.pathname.startsWith(pathname) || url.origin !== origin) throw new TypeError(`A URL left ${href}`);
    return url;
  };
  return {
    origin,
    hostname,
    ping: root,
    catalog: (query) => build(['_catalog'], query),
    tags: (name, query) => build([...name.split('/'), 'tags', 'list'], query),
    manifest: (name, reference) => build([...name.split('/'), 'manifests', reference]),
    blob: (name, digest) => build([...name.split('/'), 'blobs', digest]),
    referrers: (name, subject, query) => build([...name.split('/'), 'referrers', subject], query),
  };
}
