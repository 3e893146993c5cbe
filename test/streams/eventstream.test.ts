import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../../src/domain/account.js';
import { assertTakesEvents, comment, sendEvents, writeEvent } from '../../src/streams/eventstream.js';
import { createOpenStreams } from '../../src/streams/openstreams.js';
import { createManualTimer, letRun } from '../support/timer.js';

const ann: Viewer = { accountId: 'ann', username: 'ann', roles: ['admin'] };
const kibibyte = `data: ${'x'.repeat(1016)}\n\n`;

/** A stream of texts of a kibibyte, without end; `made` is how many there are so far. */
function send(texts?: AsyncGenerator<string>) {
  const timer = createManualTimer();
  const state = { viewer: ann, unsent: 0 };
  const streams = createOpenStreams({ timer, perAccount: 1, identify: async () => state.viewer });
  const stream = streams.open({} as FastifyRequest, ann);
  let body: Readable | undefined;
  const reply = {
    headers: () => reply,
    send: (sent: Readable) => (body = sent),
    raw: {
      get writableLength() {
        return state.unsent;
      },
    },
  } as unknown as FastifyReply;
  const counted = { made: 0, isClosed: false };
  const endless = async function* (): AsyncGenerator<string> {
    try {
      for (;;) {
        counted.made += 1;
        yield kibibyte;
      }
    } finally {
      counted.isClosed = true;
    }
  };
  sendEvents(reply, stream, texts ?? endless());
  return { timer, stream, streams, state, counted, body: body! };
}

test('of what nobody reads no more than 64 KiB is made, and its end leaves nothing behind', async () => {
  const { body, counted, stream, streams } = send();
  body.once('readable', () => undefined);
  for (let turn = 0; turn < 100; turn++) await letRun();
  expect(counted.made).toBeGreaterThan(60);
  expect(counted.made).toBeLessThanOrEqual(65);
  streams.endAll();
  await letRun();
  expect([body.destroyed, stream.ended, counted.isClosed, streams.size]).toEqual([true, 'closing', true, 0]);
});

test.each([
  ['has not read what was made for it', false, 0, 'gone'],
  ['has it on the way', true, 5, 'gone'],
  ['has read all', true, 0, null],
] as const)(
  'a reader whose rights change, and who %s, is cut in a second where some is left',
  async (_who, reads, unsent, ended) => {
    const silent = async function* (): AsyncGenerator<string> {
      yield kibibyte;
      await new Promise(() => undefined);
    };
    const { body, timer, stream, state } = send(silent());
    body.on(reads ? 'data' : 'error', () => undefined);
    if (!reads) body.read(0);
    await letRun();
    state.unsent = unsent;
    state.viewer = { ...ann };
    await timer.advance(1000);
    expect(stream.ended).toBeNull();
    state.viewer = { ...ann, roles: ['registries:ro'] };
    await timer.advance(1000);
    expect([stream.ended, stream.viewer.roles]).toEqual([ended, ['registries:ro']]);
  },
);

test('a reader that goes ends its stream', async () => {
  const { body, stream, counted } = send();
  body.on('data', () => body.destroy());
  for (let turn = 0; turn < 5; turn++) await letRun();
  expect([stream.ended, counted.isClosed]).toEqual(['gone', true]);
});

test('a comment is sent into a silence, and not to one that has not read what there is', async () => {
  const waiting = async function* (): AsyncGenerator<string> {
    yield comment;
    await new Promise(() => undefined);
  };
  const { body, timer } = send(waiting());
  const read: string[] = [];
  body.on('data', (piece: Buffer) => read.push(piece.toString()));
  await letRun();
  await timer.advance(24_000);
  expect(read).toEqual([comment, comment, comment]);
  body.pause();
  await timer.advance(120_000);
  expect(body.readableLength).toBe(comment.length);
});

test('an event is written with what it has', () => {
  expect(writeEvent({ id: '5' })).toBe('id: 5\n\n');
  expect(writeEvent({ id: '5', data: '{}' })).toBe('id: 5\ndata: {}\n\n');
  expect(writeEvent({ event: 'complete', data: '' })).toBe('event: complete\ndata:\n\n');
});

test.each([
  [undefined, true],
  ['*/*', true],
  ['text/*', true],
  ['text/event-stream', true],
  ['application/json, text/event-stream;q=0.9', true],
  ['application/json', false],
  ['text/event-streams', false],
  ['', false],
])('Accept: %s takes a stream, or does not', (accept, takes) => {
  const ask = (): void => assertTakesEvents({ headers: { accept } } as FastifyRequest);
  if (takes) expect(ask).not.toThrow();
  else expect(ask).toThrow(/text\/event-stream/);
});
