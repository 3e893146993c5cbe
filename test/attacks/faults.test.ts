import type { LookupFunction } from 'node:net';
import { errorCodes } from '../../src/errors.js';
import { statusOf } from '../../src/http/failure.js';
import { report, rows } from '../support/run/amount.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createTally } from '../support/observed/tally.js';
import { createGraphQLSurface, createRestSurface, type Result, type Surface } from '../surfaces/surface.js';
import { caCertificate, type Ends, type Fault, faults } from './faults.js';

interface Cell {
  readonly fault: Fault;
  readonly operation: keyof typeof operations;
  readonly on: 'REST' | 'GraphQL';
}

interface FaultyRegistry {
  readonly surface: Surface;
  readonly registry: MemoryRegistry;
  /** What it is attached as. */
  readonly name: string;
  readonly addr: string;
  readonly fault: Fault;
}

/** What is done, and how it may end. Lists are what is known, whatever the registry does. */
const operations = {
  'reading the registry': {
    run: ({ surface, name }: FaultyRegistry) => surface.getRegistry(name),
    ends: (): Ends => [null],
  },
  'listing repositories': {
    run: ({ surface, name }: FaultyRegistry) => surface.listRepositories(name),
    ends: (): Ends => [null],
  },
  'looking a repository up': {
    run: ({ surface, name }: FaultyRegistry) => surface.getRepository(name, 'app'),
    ends: ({ repository = [null] }: Fault) => repository,
  },
  'a dry run': {
    run: ({ surface, name }: FaultyRegistry) => planDeletion(surface, name),
    ends: ({ plan }: Fault) => plan,
  },
  'a deletion': {
    run: ({ surface, name }: FaultyRegistry) => surface.deleteRepository(name, 'app'),
    ends: ({ deletion }: Fault) => deletion,
  },
  'attaching it again': {
    run: ({ surface, addr, fault }: FaultyRegistry) =>
      surface.addRegistry({ name: 'again', addr, ...fault.credentials, ...(fault.options?.tls && { caCertificate }) }),
    ends: ({ attach }: Fault) => attach,
  },
} satisfies Record<string, { run: (world: FaultyRegistry) => Promise<Result<unknown>>; ends: (fault: Fault) => Ends }>;

const names = Object.keys(operations) as (keyof typeof operations)[];
const cells: readonly Cell[] = faults.flatMap((fault) =>
  names.flatMap((operation) => (['REST', 'GraphQL'] as const).map((on) => ({ fault, operation, on }))),
);
const lostHosts = new Set<string>();
const ends = createTally();

const lookup: LookupFunction = (host, _options, callback) => {
  if (lostHosts.has(host))
    callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), '');
  else callback(null, [{ address: '127.0.0.1', family: 4 }]);
};

/** As the operation of that name does over REST; GraphQL has it in `deleteRepository`. */
async function planDeletion(surface: Surface, registry: string): Promise<Result<unknown>> {
  if (surface.name === 'REST') {
    const answer = await gateway.rest<{ error?: { code: string } }>(
      'DELETE',
      `/api/registries/${registry}/repositories/app?dry_run=true`,
    );
    return { ...answer, value: null, code: answer.body.error?.code ?? null, message: '', facts: {} };
  }
  const query =
    'mutation ($registry: String!) { deleteRepository(input: { registry: $registry, name: "app", dryRun: true }) { ' +
    'plan { method } userErrors { code } } }';
  const { body, ...answer } = await gateway.graphql<{ deleteRepository: { userErrors: { code: string }[] } }>(query, {
    registry,
  });
  return {
    ...answer,
    value: null,
    code: body.data?.deleteRepository.userErrors[0]?.code ?? body.errors?.[0]?.extensions.code ?? null,
    message: '',
    facts: {},
  };
}

let gateway: TestGateway;
let opened = 0;

beforeAll(async () => {
  const hasty = { headers: 1000, idle: 1000, whole: 4000 };
  gateway = await startGateway({
    upstream: {
      lookup,
      limits: { page: 1024 * 1024 },
      timeouts: { ...hasty, secureConnect: 1000 },
      patientTimeouts: hasty,
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function open(fault: Fault, on: Cell['on']): Promise<FaultyRegistry> {
  lostHosts.clear();
  const registry = await createMemoryRegistry({ strict: false, ...fault.options });
  seed(registry.store, 'app', 'v1', buildImage());
  seed(registry.store, 'team/app', 'v1', buildImage({ labels: { v: '2' } }));
  const name = `cell-${opened++}`;
  const addr = registry.url.replace('127.0.0.1', fault.host ?? '127.0.0.1');
  const body = { name, addr, ...fault.credentials, ...(fault.options?.tls && { ca_certificate: caCertificate }) };
  expect((await gateway.rest('POST', '/api/registries', { body })).status).toBe(204);
  await gateway.crawl(name);
  await fault.begin({ registry, lostHosts });
  // Everything is due.
  gateway.wait(60);
  return {
    surface: on === 'REST' ? createRestSurface(gateway) : createGraphQLSurface(gateway),
    registry,
    name,
    addr,
    fault,
  };
}

test.each(rows(cells, 36).map((cell) => [`when ${cell.fault.name}, ${cell.operation} over ${cell.on}`, cell] as const))(
  '%s',
  async (_, { fault, operation, on }) => {
    const world = await open(fault, on);
    const { run, ends: allowed } = operations[operation];
    const result = await run(world);
    ends.add(result.code ?? 'done');
    expect(allowed(fault)).toContain(result.code);
    if (result.code !== null) {
      expect(errorCodes).toContain(result.code);
      // A plan is shown with what its execution would be refused with.
      if (on === 'REST')
        expect(operation === 'a dry run' ? [200, statusOf(result.code)] : [statusOf(result.code)]).toContain(
          result.status,
        );
      // Who is told that it failed finds all of it there.
      if (operation === 'a deletion') expect(world.registry.store.tags('app')).toEqual(['v1']);
    }
    if (operation === 'listing repositories')
      expect((result.value as { name: string }[]).map(({ name }) => name)).toEqual(['app', 'team/app']);
    if (operation === 'a dry run') expect(world.registry.store.tags('app')).toEqual(['v1']);
    expect(result.text).not.toMatch(/INTERNAL|canary-pa55|node_modules| {4}at /);
    expect(gateway.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    for (const name of [world.name, 'again']) await gateway.rest('DELETE', `/api/registries/${name}`);
    await world.registry.close();
  },
);

test('the table has every cell', () => {
  expect(cells.length).toBeGreaterThanOrEqual(26 * 6 * 2);
  report('faults', { cells: cells.length, ends: ends.counts() });
});
