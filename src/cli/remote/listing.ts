import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { adviseOn } from './refusal.js';
import type { Remote } from './remote.js';
import { createTable } from './columns.js';
import type { FreshnessFactsFragment } from './documents.js';

/** A page as connections give it. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * Pages until the list ends or `limit` items were given, each asked for when the one before was taken. Throws INTERNAL
 * for a list that goes on where it was.
 */
export async function* readPages<Node>(
  ask: (first: number, after: string | null) => Promise<Page<Node>>,
  limit: number | null,
  pageSize = 100,
): AsyncGenerator<readonly Node[]> {
  let after: string | null = null;
  for (let left = limit ?? Infinity; left > 0;) {
    const first = Math.min(left, pageSize);
    const { nodes, pageInfo }: Page<Node> = await ask(first, after);
    yield nodes.slice(0, first);
    left -= nodes.length;
    if (!pageInfo.hasNextPage) return;
    if (pageInfo.endCursor === null || pageInfo.endCursor === after || nodes.length === 0) {
      throw new CommandError('INTERNAL', 'The gateway says that the list goes on, but not where.');
    }
    after = pageInfo.endCursor;
  }
}

export interface ListShape<Node> {
  readonly headings: readonly string[];
  readonly toCells: (node: Node) => readonly string[];
  /** Said when nothing was found. */
  readonly nothing: string;
}

/** Prints a list while it is read: a table, or one JSON array. Holds one page. */
export async function printList<Node>(
  { io, isJson }: Remote,
  pages: AsyncIterable<readonly Node[]>,
  shape: ListShape<Node>,
): Promise<void> {
  const table = createTable(io, shape.headings);
  let count = 0;
  for await (const nodes of pages) {
    if (isJson) for (const node of nodes) io.out(`${count++ === 0 ? '[' : ','}\n${JSON.stringify(node)}`);
    else {
      count += nodes.length;
      if (nodes.length > 0) io.out(table.format(nodes.map(shape.toCells)));
    }
  }
  if (isJson) io.out(count === 0 ? '[]\n' : '\n]\n');
  else if (count === 0) io.err(`${shape.nothing}\n`);
}

export interface Source {
  readonly registry: { readonly name: string };
  readonly freshness: FreshnessFactsFragment;
}

/** Says of each registry whose part is not as it should be what is wrong, and what to change where. */
export function tellSources({ io }: Remote, sources: readonly Source[]): void {
  for (const { registry, freshness } of sources) {
    const problem = describeProblem(registry.name, freshness);
    if (problem !== null) io.err(`${registry.name}: ${problem}\n`);
  }
}

/** null: nothing is wrong. */
export function describeProblem(registry: string, { state, lastError }: FreshnessFactsFragment): string | null {
  if (lastError === null) return state === 'NEVER_INDEXED' ? 'It has not been read yet.' : null;
  const advice = adviseOn(lastError.code, registry);
  const problem = escapeControls(`${lastError.message} (${lastError.code})`);
  return advice === null ? problem : `${problem} ${advice}`;
}
