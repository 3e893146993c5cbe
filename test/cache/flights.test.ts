import Fastify from 'fastify';
import type { CurrentGeneration } from '../../src/cache/answers.js';
import type { Made } from '../../src/cache/surface.js';
import { isRole } from '../../src/domain/account.js';
import { watchRequests } from '../../src/http/requests.js';
import { systemTimer } from '../../src/timer.js';
import { createManualTimer } from '../support/timer.js';
import { openAnswers } from '../support/worlds/answers.js';

interface Making {
  /** Ends it with an answer, or with a failure. */
  readonly end: (made: Partial<Made>) => void;
  readonly fail: (error: Error) => void;
}

/** A surface whose answers are made when a test says so. Roles are in the header `x-roles`. */
async function open() {
  const generation: { value: number } & CurrentGeneration = { value: 1 };
  const timer = createManualTimer();
  const answers = openAnswers(generation, { timer });
  const makings: Making[] = [];
  const lookups: (string | null)[] = [];
  const make = async (): Promise<Made> => {
    const making = Promise.withResolvers<Partial<Made>>();
    makings.push({ end: making.resolve, fail: making.reject });
    const body = `"${makings.length}"`;
    return { contentType: 'application/json', body, isCacheable: true, touched: [], ...(await making.promise) };
  };
  const server = Fastify();
  watchRequests(server, { timer: systemTimer, onEnd: ({ facts }) => lookups.push(facts.cache) });
  server.get<{ Params: { key: string } }>('/:key', (request, reply) => {
    const roles = String(request.headers['x-roles'] ?? 'admin').split(' ');
    const viewer = {
      accountId: String(request.headers['x-account'] ?? 'a'),
      username: 'ann',
      roles: roles.filter(isRole),
    };
    return answers.send(request, reply, { viewer, key: [request.params.key], kind: 'page', make });
  });
  const get = async (key: string, headers = {}) => {
    const { statusCode, body } = await server.inject({ url: `/${key}`, headers });
    return { status: statusCode, body };
  };
  /** Resolves once this many answers are being made or were, and whoever else asked waits. */
  const reach = async (count: number): Promise<void> => {
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(makings).toHaveLength(count);
  };
  return { get, reach, makings, lookups, generation, timer, [Symbol.asyncDispose]: () => server.close() };
}

type World = Awaited<ReturnType<typeof open>>;

/** Whoever asks for pages has had one that was kept. */
async function openUsed(): Promise<World> {
  const world = await open();
  const first = world.get('first');
  await world.reach(1);
  world.makings[0]!.end({});
  await first;
  return world;
}

test('a page that many ask for at once is made once, for all who may see the same', async () => {
  await using world = await openUsed();
  const asked = [
    world.get('a'),
    world.get('a', { 'x-account': 'b' }),
    world.get('a'),
    world.get('a', { 'x-roles': 'registries:ro' }),
    world.get('b'),
    world.get('b', { 'cache-control': 'no-store' }),
  ];
  await world.reach(5);
  for (const { end } of world.makings) end({});
  const bodies = (await Promise.all(asked)).map(({ body }) => body);
  expect(bodies).toEqual(['"2"', '"2"', '"2"', '"3"', '"4"', '"5"']);
  expect(world.lookups.filter((one) => one === 'hit')).toHaveLength(2);
});

test('what was never kept of its kind, as a mutation is not, is made for each', async () => {
  await using world = await open();
  const asked = [world.get('a'), world.get('a')];
  await world.reach(2);
  for (const { end } of world.makings) end({ isCacheable: false });
  expect((await Promise.all(asked)).map(({ body }) => body)).toEqual(['"1"', '"2"']);
  const again = [world.get('a'), world.get('a')];
  await world.reach(4);
  for (const { end } of world.makings) end({});
  await Promise.all(again);
});

test('nobody waits again for answers of a kind of which the last one was not kept', async () => {
  await using world = await openUsed();
  const leader = world.get('a');
  await world.reach(2);
  world.generation.value += 1;
  world.makings[1]!.end({});
  await leader;
  const asked = [world.get('a'), world.get('a')];
  await world.reach(4);
  for (const { end } of world.makings) end({});
  await Promise.all(asked);
});

test('one that takes long is waited for once: who comes later waits for one that was begun after it', async () => {
  await using world = await openUsed();
  const slow = world.get('a');
  await world.reach(2);
  const second = world.get('a');
  await world.reach(2);
  await world.timer.advance(2000);
  await world.reach(3);
  const third = world.get('a');
  await world.reach(3);
  world.makings[2]!.end({});
  expect((await Promise.all([second, third])).map(({ body }) => body)).toEqual(['"3"', '"3"']);
  world.makings[1]!.end({});
  await slow;
});

test.each<[string, (world: World) => void]>([
  ['fails', ({ makings }) => makings[1]!.fail(new Error('its own'))],
  ['is not to be kept', ({ makings }) => makings[1]!.end({ isCacheable: false })],
  ['is refused', ({ makings }) => makings[1]!.end({ status: 400 })],
  [
    'was made while the data changed',
    ({ makings, generation }) => {
      generation.value += 1;
      makings[1]!.end({});
    },
  ],
  ['takes long', ({ timer }) => void timer.advance(2000)],
])('who waited for an answer that %s has one of their own', async (_, happen) => {
  await using world = await openUsed();
  const leader = world.get('a');
  await world.reach(2);
  const others = [world.get('a'), world.get('a')];
  await world.reach(2);
  happen(world);
  await world.reach(4);
  for (const { end } of world.makings) end({});
  expect((await Promise.all(others)).map(({ status, body }) => [status, body])).toEqual([
    [200, '"3"'],
    [200, '"4"'],
  ]);
  await leader;
});
