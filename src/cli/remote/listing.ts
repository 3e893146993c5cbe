import { adviseOn } from '../advice.js';
import { CommandError } from '../exit.js';
import type { Text } from '../style.js';
import { createTable, escapeControls, type TableOptions } from '../table.js';
import type { Remote } from './remote.js';
import type { FreshnessFactsFragment } from './documents.js';

/** A page as connections give it. */
export interface ConnectionPage<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * Pages until the list ends or `limit` items were given, each asked for when the one before was taken. Throws INTERNAL
 * for a list that goes on where it was.
 */
export async function* readPages<Node>(
  ask: (first: number, after: string | null) => Promise<ConnectionPage<Node>>,
  limit: number | null,
  pageSize = 100,
): AsyncGenerator<readonly Node[]> {
  let after: string | null = null;
  for (let left = limit ?? Infinity; left > 0;) {
    const first = Math.min(left, pageSize);
    const { nodes, pageInfo }: ConnectionPage<Node> = await ask(first, after);
    yield nodes.slice(0, first);
    left -= nodes.length;
    if (!pageInfo.hasNextPage) return;
    if (pageInfo.endCursor === null || pageInfo.endCursor === after || nodes.length === 0) {
      throw new CommandError('INTERNAL', 'The gateway says that the list goes on, but not where.');
    }
    after = pageInfo.endCursor;
  }
}

export interface ListShape<Node> extends TableOptions {
  readonly headings: readonly string[];
  readonly toCells: (node: Node) => readonly Text[];
  /** Said when nothing was found. */
  readonly nothing: string;
}

/** Prints a list while it is read: a table, or one JSON array. Holds one page. */
export async function printList<Node>(
  { io, isJson }: Remote,
  pages: AsyncIterable<readonly Node[]>,
  shape: ListShape<Node>,
): Promise<void> {
  const table = createTable(io, shape.headings, shape);
  const array = createArray(io);
  let count = 0;
  for await (const nodes of pages) {
    count += nodes.length;
    if (isJson) for (const node of nodes) array.add(node);
    else if (nodes.length > 0) io.out(table.format(nodes.map(shape.toCells)));
  }
  if (isJson) array.end();
  else if (count === 0) io.err(`${shape.nothing}\n`);
}

/**
 * One JSON array that is printed piece by piece. Where it is not ended it is no JSON: a part is not taken for the
 * whole.
 */
export function createArray({ out }: Pick<Remote['io'], 'out'>): { add(value: unknown): void; end(): void } {
  let isBegun = false;
  return {
    add(value) {
      out(`${isBegun ? ',' : '['}\n${JSON.stringify(value)}`);
      isBegun = true;
    },
    end: () => out(isBegun ? '\n]\n' : '[]\n'),
  };
}

/** The next step with a gateway that is new. */
export const nothingAttached = 'No registry is attached. Attach one: registry-gateway registry add <name> <address>';

export interface SourceFacts {
  readonly registry: { readonly name: string };
  readonly freshness: FreshnessFactsFragment;
}

/** A page of a list over registries. */
export interface SourcedPage<Node> extends ConnectionPage<Node> {
  readonly sources: readonly SourceFacts[];
}

/**
 * Prints a list over registries, and after it what is wrong with each of them. Takes what `readPages` and `printList`
 * do.
 */
export async function printSourced<Node>(
  remote: Remote,
  ask: (first: number, after: string | null) => Promise<SourcedPage<Node>>,
  shape: ListShape<Node>,
  limit: number | null,
  pageSize?: number,
): Promise<void> {
  let sources: readonly SourceFacts[] = [];
  const pages = readPages(
    async (first, after) => {
      const page = await ask(first, after);
      sources = page.sources;
      return page;
    },
    limit,
    pageSize,
  );
  await printList(remote, pages, shape);
  tellSources(remote, sources);
}

/** Says of each registry whose part is not as it should be what is wrong, and what to change where. */
function tellSources({ io }: Remote, sources: readonly SourceFacts[]): void {
  if (sources.length === 0) io.err(`${nothingAttached}\n`);
  for (const { registry, freshness } of sources) {
    const problem = describeProblem(registry.name, freshness);
    if (problem !== null) io.err(`${escapeControls(registry.name)}: ${problem}\n`);
  }
}

/** null: nothing is wrong. */
export function describeProblem(registry: string, { state, lastError }: FreshnessFactsFragment): string | null {
  if (lastError === null) return state === 'NEVER_INDEXED' ? 'It has not been read yet.' : null;
  const advice = adviseOn(lastError.code, escapeControls(registry));
  const problem = escapeControls(`${lastError.message} (${lastError.code})`);
  return advice === null ? problem : `${problem} ${advice}`;
}
