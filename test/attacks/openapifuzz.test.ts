import * as fc from 'fast-check';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { assertDocumented, findOperation, openApiDocument } from '../support/observed/documented.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { amount, chooseSeed, isFullRun, report } from '../support/run/amount.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { answering, arbitraryRequest, type FuzzRequest } from './openapirequests.js';

let gateway: TestGateway;
let registry: MemoryRegistry;
/** Requests attach this one. */
let other: MemoryRegistry;
let accesses: Readonly<Record<FuzzRequest['who'], string | null>>;

beforeAll(async () => {
  registry = await createMemoryRegistry();
  other = await createMemoryRegistry();
  gateway = await startGateway();
  await restore();
  await openAccesses();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
  await other.close();
});

/** Attaches the registry of the requests anew, and no other. */
async function restore(): Promise<void> {
  const { body } = await gateway.rest<{ id: string }[]>('GET', '/api/registries');
  for (const { id } of body) await gateway.rest('DELETE', `/api/registries/${id}`);
  fill();
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
}

function fill(): void {
  for (const name of ['team/app', 'plain', 'library/plain']) seed(registry.store, name, 'one', buildImage());
}

async function openAccesses(): Promise<void> {
  accesses = {
    admin: gateway.access,
    reader: await gateway.accessAs('registries:ro'),
    writer: await gateway.accessAs('registries:rw'),
    wrong: 'admin:rgw_wrong',
    nobody: null,
  };
}

/** Makes good what a request took from those after it. */
async function mend(operationId: string): Promise<void> {
  if (['attachRegistry', 'changeRegistry', 'detachRegistry'].includes(operationId)) await restore();
  if (['deleteRepository', 'deleteTag'].includes(operationId)) fill();
  if (operationId === 'logOut') await openAccesses();
}

const statuses = new Map<string, number>();

/** What a request says, at the address of the registry that answers where it says so. */
function addressed(body: unknown): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body).replaceAll(`"${answering}"`, JSON.stringify(other.url));
}

async function send({ method, headers, who, body, ...made }: FuzzRequest): Promise<void> {
  // Dots lead elsewhere before a client sends them.
  const { pathname, search } = new URL(made.path, gateway.url);
  const path = `${pathname}${search}`;
  const operationId = findOperation(method, path)?.operationId ?? made.operationId;
  // Admin's own token, and what it stands on, are needed to the end.
  const access = accesses[operationId === 'logOut' && who === 'admin' ? 'writer' : who];
  const payload = addressed(body);
  const answer = await gateway.app.server.inject({
    method,
    url: path,
    headers: {
      ...headers,
      ...(access !== null && { 'x-access-token': access }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
    },
    ...(payload !== undefined && { payload }),
  });
  const { statusCode: status, body: text } = answer;
  const told = new Headers(
    Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]),
  );
  assertDocumented({ method, path, body }, { status, headers: told, text });
  if (status >= 500) expect([status, text]).toEqual([expect.any(Number), expect.stringContaining('"code":"UPSTREAM_')]);
  const key = `${operationId} ${status}`;
  statuses.set(key, (statuses.get(key) ?? 0) + 1);
  if (status < 300) await mend(operationId);
}

/** Few of those that are made at random are right in all they say. */
const attaching: FuzzRequest = {
  operationId: 'attachRegistry',
  method: 'POST',
  path: '/api/registries',
  headers: {},
  who: 'admin',
  body: { name: 'other', addr: answering },
};

test(
  'whatever is sent to any operation, the answer is in the document, and no fault of the gateway',
  async () => {
    const runs = amount(400, 20_000);
    const seedOfRun = chooseSeed();
    const examples: [FuzzRequest][] = [[attaching]];
    await fc.assert(fc.asyncProperty(arbitraryRequest, send), { numRuns: runs, seed: seedOfRun, examples });
    expect(statuses.get('attachRegistry 204') ?? 0).toBeGreaterThan(isFullRun ? 10 : 0);
    const operations = Object.values(openApiDocument.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    const met = new Set([...statuses.keys()].map((key) => key.split(' ')[0]));
    if (isFullRun) report('openapifuzz', { runs, seed: seedOfRun, statuses: Object.fromEntries(statuses) });
    expect(operations.filter((id) => !met.has(id))).toEqual([]);
  },
  isFullRun ? 3_600_000 : 120_000,
);
