/** Where a tag was that is gone. */
export interface FormerPlace {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/** A tag that is gone has no id: its names say which it is. */
export function writeFormerKey(row: {
  readonly registry: { readonly name: string };
  readonly repositoryName: string;
  readonly tag: string;
}): string {
  return [row.registry.name, row.repositoryName, row.tag].join('\n');
}

/** No name of the three has a line's end in it. */
export function readFormerKey(key: string): FormerPlace {
  const [registry = '', repository = '', tag = ''] = key.split('\n');
  return { registry, repository, tag };
}
