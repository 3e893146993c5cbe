import { readNameFilter } from './query.js';

/** A table that the gateway makes of a list, or why it makes none of it as it is narrowed. */
export type Table =
  | {
      /** Below the gateway's address. */
      readonly path: string;
      /** The file that it is saved as. */
      readonly file: string;
    }
  | { readonly refusal: 'table.oneRegistry' | 'table.nameAlone' };

/** The list of tags as its screen narrows and orders it. */
export interface TagsShown {
  readonly registry: string;
  readonly repository: string;
  readonly q?: string | undefined;
  readonly sort?: 'name' | 'version' | 'largest' | undefined;
  /** Narrowed by what tables are not. */
  readonly isNarrowed: boolean;
}

/** The list of repositories as its screen narrows and orders it. */
export interface RepositoriesShown {
  readonly registries: readonly string[];
  readonly q?: string | undefined;
  readonly namespace?: string | undefined;
  readonly sort?: 'name' | 'largest' | 'tags' | undefined;
  readonly isNarrowed: boolean;
}

const tagOrders = { newest: '-updated_at', name: 'name', version: '-semver', largest: '-size' } as const;
const repositoryOrders = { newest: '-updated_at', name: 'name', largest: '-size', tags: '-tag_count' } as const;

export function tableOfTags({ registry, repository, q = '', sort, isNarrowed }: TagsShown): Table {
  const { nameContains, ...others } = readNameFilter(q);
  if (isNarrowed || Object.keys(others).length > 0) return { refusal: 'table.nameAlone' };
  const query = { repository, name_contains: nameContains, order: tagOrders[sort ?? 'newest'] };
  return toTable(registry, 'tags', query, [registry, repository, 'tags']);
}

export function tableOfRepositories({ registries, q, namespace, sort, isNarrowed }: RepositoriesShown): Table {
  const [registry] = registries;
  if (registry === undefined || registries.length > 1) return { refusal: 'table.oneRegistry' };
  if (isNarrowed) return { refusal: 'table.nameAlone' };
  const query = { name_contains: q, namespace, order: repositoryOrders[sort ?? 'newest'] };
  return toTable(registry, 'repositories', query, [registry, 'repositories']);
}

function toTable(
  registry: string,
  list: string,
  query: Readonly<Record<string, string | undefined>>,
  words: readonly string[],
): Table {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const text = new URLSearchParams([...given, ['format', 'csv']]).toString();
  // Names are a registry's own: no character of theirs leads elsewhere on a disk.
  const file = words.map((word) => word.replaceAll(/[^\w.-]+/g, '-').slice(0, 80)).join('-');
  return { path: `api/registries/${encodeURIComponent(registry)}/${list}?${text}`, file: `${file}.csv` };
}
