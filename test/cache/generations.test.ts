import Fastify from 'fastify';
import type { MadeInPieces } from '../../src/cache/surface.js';
import type { Viewer } from '../../src/domain/account.js';
import { watchRequests } from '../../src/http/requests.js';
import { systemTimer } from '../../src/timer.js';
import { openAnswers } from '../support/worlds/answers.js';

const viewer: Viewer = { accountId: 'a', username: 'ann', roles: ['admin'] };

/** A list of what the index has; `change` is called when half of it was read. */
async function open(isLong: boolean) {
  const index = { value: 1 };
  const changes: (() => void)[] = [];
  const answers = openAnswers(index);
  const make = async (): Promise<MadeInPieces> => {
    const first = index.value;
    changes.shift()?.();
    async function* write() {
      yield JSON.stringify([first, index.value]);
    }
    return { contentType: 'application/json', touched: [], isLong, isCacheable: () => true, pieces: write() };
  };
  const server = Fastify();
  watchRequests(server, { timer: systemTimer, onEnd: () => undefined });
  server.get('/', (request, reply) => answers.send(request, reply, { viewer, key: ['list'], kind: 'list', make }));
  const get = async (headers = {}) => {
    const { statusCode, body, headers: sent } = await server.inject({ url: '/', headers });
    return { status: statusCode, body, etag: String(sent.etag) };
  };
  return { get, changes, index, [Symbol.asyncDispose]: () => server.close() };
}

test.each([false, true])(
  'a list that was changed while it was opened is not given again (long: %s)',
  async (isLong) => {
    await using world = await open(isLong);
    world.changes.push(() => void (world.index.value += 1));
    const half = await world.get();
    expect(half.body).toBe('[1,2]');
    const whole = await world.get({ 'if-none-match': half.etag });
    expect(whole).toMatchObject({ status: 200, body: '[2,2]' });
    expect(await world.get({ 'if-none-match': whole.etag })).toMatchObject({ status: 304 });
  },
);
