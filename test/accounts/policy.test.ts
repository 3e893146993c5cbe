import { eventKinds } from '../../src/domain/event.js';
import { createSchema } from '../../src/graphql/server/schema.js';
import { readEventStream } from '../support/observed/eventstream.js';
import { readRoutes } from '../support/observed/routes.js';
import { eventPolicy, fieldsElsewhere, otherwise, type Outcome, policy, type PolicyRow } from './policy.js';
import { type Cell, openPolicyWorld, type PolicyWorld, principals, subjects } from './policyworld.js';

let world: PolicyWorld;
beforeAll(async () => {
  world = await openPolicyWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

interface Body {
  readonly data?: Record<string, { userErrors?: readonly { code: string }[] } | null> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  readonly error?: { readonly code: string };
}

async function answer(row: PolicyRow, cell: Cell): Promise<Outcome> {
  const { gateway, options } = world;
  const sent = options.get(cell.who.name)!;
  if (row.stream) return openStream(row.stream(cell), sent.access ?? null, sent.headers ?? {});
  if (row.path) {
    const [method = ''] = row.name.split(' ');
    const request = { ...sent, ...(row.body && { body: row.body(cell) }) };
    const { status, body } = await gateway.rest<Body | string>(method, row.path(cell), request);
    const code = typeof body === 'object' && body !== null && 'error' in body ? body.error?.code : undefined;
    return code ?? (status < 400 ? 'ok' : String(status));
  }
  const { body } = await gateway.graphql(row.query!(cell), {}, sent);
  return readOutcome(body as Body);
}

function readOutcome({ data, errors, error }: Body): Outcome {
  const [value] = Object.values(data ?? {});
  const code = error?.code ?? errors?.[0]?.extensions.code ?? value?.userErrors?.[0]?.code;
  return code ?? (value === null || value === undefined ? 'null' : 'ok');
}

async function openStream(query: string, access: string | null, headers: object): Promise<Outcome> {
  const stream = await readEventStream(`${world.gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(access !== null && { 'x-access-token': access }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  stream.close();
  if (stream.status !== 200) return readOutcome(stream.body as Body);
  const first = stream.events.find(({ event }) => event === 'next')?.data as Body | undefined;
  return first?.errors ? readOutcome(first) : 'ok';
}

test.each(policy)('$name answers everybody as their roles and grants are', async (row) => {
  const outcomes: Record<string, Outcome> = {};
  const wanted: Record<string, Outcome> = {};
  for (const repository of subjects)
    for (const who of principals) {
      const cell: Cell = { ...world.facts.get(repository)!, repository, who };
      const name = `${who.name} of ${repository}`;
      outcomes[name] = await answer(row, cell);
      wanted[name] = who.kind === 'refused' ? (row.ofRefused ?? 'UNAUTHENTICATED') : row.wanted(cell);
    }
  expect(outcomes).toEqual(wanted);
});

test('there are three thousand cells or more', () => {
  expect(policy.length * principals.length * subjects.length).toBeGreaterThanOrEqual(3000);
});

test('each root field and each type of node has a row', () => {
  const schema = createSchema();
  const fields = (['Query', 'Mutation', 'Subscription'] as const).flatMap((root) =>
    Object.keys(rootOf(schema, root)).map((name) => `${root.toLowerCase()} ${name}`),
  );
  const nodes = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => `node ${name}`);
  const rows = [...policy.map(({ name }) => name), ...Object.keys(fieldsElsewhere)];
  expect([...fields, ...nodes].toSorted()).toEqual(rows.filter((name) => !/^[A-Z]/.test(name)).toSorted());
});

function rootOf(schema: ReturnType<typeof createSchema>, root: 'Query' | 'Mutation' | 'Subscription'): object {
  const type = {
    Query: schema.getQueryType(),
    Mutation: schema.getMutationType(),
    Subscription: schema.getSubscriptionType(),
  };
  return type[root]!.getFields();
}

test('each route has a row for each of its methods', () => {
  const routes = readRoutes(world.gateway).flatMap(([pattern, methods]) =>
    methods!
      .split(', ')
      .filter((method) => !['HEAD', 'OPTIONS'].includes(method))
      .map((method) => `${method} ${pattern}`),
  );
  const rows = [...policy.filter(({ path }) => path).map(({ name }) => name), ...Object.keys(otherwise)];
  expect(routes.toSorted()).toEqual(rows.filter((name) => !/\.(?:js|txt)$/.test(name)).toSorted());
});

test('each kind of event says who is told of it', () => {
  expect(Object.keys(eventPolicy).toSorted()).toEqual([...eventKinds].toSorted());
});
