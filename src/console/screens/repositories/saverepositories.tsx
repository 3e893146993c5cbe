import type { ReactNode } from 'react';
import { tableOfRepositories } from '../../pure/table.js';
import { SaveTable } from '../../ui/savetable.js';
import type { RepositoriesSearch } from './search.js';

interface SaveRepositoriesProps {
  readonly search: RepositoriesSearch;
  /** Those that it is of. */
  readonly registries: readonly string[];
}

/** Saves the list as a table, where it is of one registry. */
export function SaveRepositories({ search, registries }: SaveRepositoriesProps): ReactNode {
  const { q, namespace, sort, platform, updated } = search;
  const isNarrowed = platform !== undefined || updated !== undefined;
  return <SaveTable table={tableOfRepositories({ registries, q, namespace, sort, isNarrowed })} />;
}
