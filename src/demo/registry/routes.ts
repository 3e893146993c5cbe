/** Where a request goes, with the parts of its path. */
export type Route =
  | { readonly kind: 'ping' }
  | { readonly kind: 'catalog' }
  | {
      readonly kind: 'tags' | 'manifest' | 'blob' | 'uploads' | 'upload' | 'referrers';
      readonly repository: string;
      /** A tag, a digest or an upload's id; empty where the path ends before. */
      readonly reference: string;
    };

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const name = `(${component}(?:/${component})*)`;
const digest = '[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,}';
const named: readonly [Exclude<Route['kind'], 'ping' | 'catalog'>, RegExp][] = [
  ['tags', new RegExp(`^/v2/${name}/tags/list$`)],
  ['manifest', new RegExp(`^/v2/${name}/manifests/([A-Za-z0-9_][A-Za-z0-9._-]{0,127}|${digest})$`)],
  ['uploads', new RegExp(`^/v2/${name}/blobs/uploads/$`)],
  ['upload', new RegExp(`^/v2/${name}/blobs/uploads/([A-Za-z0-9-]+)$`)],
  ['blob', new RegExp(`^/v2/${name}/blobs/(${digest})$`)],
  ['referrers', new RegExp(`^/v2/${name}/referrers/(${digest})$`)],
];

const methods: Readonly<Record<Route['kind'], readonly string[]>> = {
  ping: ['GET'],
  catalog: ['GET'],
  tags: ['GET'],
  manifest: ['GET', 'HEAD', 'PUT', 'DELETE'],
  blob: ['GET', 'HEAD', 'DELETE'],
  uploads: ['POST'],
  upload: ['PATCH', 'PUT'],
  referrers: ['GET'],
};

/** null where distribution has no route: a name or reference outside the grammar included. `%2F` works like a slash. */
export function findRoute(pathname: string): Route | null {
  const path = decodePath(pathname);
  if (path === '/v2/') return { kind: 'ping' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  for (const [kind, pattern] of named) {
    const [, repository = '', reference = ''] = pattern.exec(path) ?? [];
    if (repository) return { kind, repository, reference };
  }
  return null;
}

/** Undefined when the method is served. */
export function refusedMethods(route: Route, method: string): string | undefined {
  return methods[route.kind].includes(method) ? undefined : methods[route.kind].join(', ');
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '';
  }
}
