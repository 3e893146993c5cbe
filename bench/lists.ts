import { askGateway, type GatewayReady, readOnce } from './asking.js';
import { registryName } from './fill.js';
import { inTurn, quantile } from './load.js';
import { report } from './report.js';

/** A gateway over one of the engines. */
export interface ListedSide {
  readonly name: string;
  readonly ready: GatewayReady;
}

/** A query of GraphQL: of a list, page after page; of a search, the first one with other variables each time. */
interface ListCase {
  readonly name: string;
  readonly query: string;
}

const nodes = 'nodes { name tags(first: 10) { nodes { name digest size updatedAt } } }';

/** Pages of 100 repositories of 10 tags. */
function pageOf(name: string, args: string, tagArgs = 'first: 10'): ListCase {
  const inner = nodes.replace('first: 10', tagArgs);
  return {
    name: `100 x 10, ${name}`,
    query: `query ($after: String) { registry(name: "${registryName}") {
      repositories(first: 100, after: $after, ${args}) { pageInfo { endCursor } ${inner} } } }`,
  };
}

const repositoryCases = (['NAME', 'UPDATED_AT', 'SIZE', 'TAG_COUNT'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) =>
    pageOf(`repositories by ${field} ${direction}`, `orderBy: { field: ${field}, direction: ${direction} }`),
  ),
);

const tagCases = (['SEMVER', 'UPDATED_AT', 'SIZE'] as const).map((field) =>
  pageOf(`tags by ${field}`, 'orderBy: { field: NAME, direction: ASC }', `first: 10, orderBy: { field: ${field} }`),
);

const filterCases = [
  pageOf('repositories with "app-00" in the name', 'filter: { nameContains: "app-00" }'),
  pageOf('repositories with "app-099" in the name', 'filter: { nameContains: "app-099" }'),
  pageOf('repositories with "nginx" in the name, of which there are none', 'filter: { nameContains: "nginx" }'),
  pageOf('repositories of the namespace team-07', 'filter: { namespace: "team-07" }'),
  pageOf('tags with "main" in the name', 'filter: {}', 'first: 10, filter: { nameContains: "main" }'),
];

const searchCases = ['main', 'sha-', '17', 'team', 'app', 'latest', '1.17', 'pr-99', 'nginx'].flatMap((word) => [
  { name: `search for ${word}`, query: searchFor(word, '') },
  { name: `search for ${word}, counted`, query: searchFor(word, 'totalCount') },
]);

function searchFor(word: string, more: string): string {
  return `{ search(query: "${word}", first: 20) { ${more} nodes { __typename } } }`;
}

const warm = 3;

/** Each list of each side by turns; milliseconds on the clock of the answers. */
export async function benchLists(sides: readonly ListedSide[], rounds: number): Promise<void> {
  for (const { name, query } of [...repositoryCases, ...tagCases, ...filterCases, ...searchCases]) {
    const times: number[][] = sides.map(() => []);
    const cursors: (string | null)[] = sides.map(() => null);
    for (let round = 0; round < rounds + warm; round++)
      for (const [at, { ready }] of sides.entries()) {
        const { body, milliseconds } = await readOnce(askGateway(ready, { unseen: round, after: cursors[at] }, query));
        cursors[at] = /"endCursor":"([^"]+)"/.exec(body)?.[1] ?? null;
        if (round >= warm) inTurn(times, at).push(milliseconds);
      }
    const [own, ofPeer] = [inTurn(times, 1), inTurn(times, 0)];
    const figures = (all: readonly number[]): number[] => [0, 0.5, 0.99].map((part) => quantile(all, part));
    report({
      case: `${name}, PostgreSQL / SQLite`,
      value: quantile(own, 0.5) / quantile(ofPeer, 0.5),
      unit: 'times',
      milliseconds: quantile(own, 0.5),
      ofPeer: quantile(ofPeer, 0.5),
      minP50P99: figures(own)
        .map((value) => value.toFixed(1))
        .join(', '),
      ofPeerMinP50P99: figures(ofPeer)
        .map((value) => value.toFixed(1))
        .join(', '),
    });
  }
}
