import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TracerProvider, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { createSending } from '../../src/tracing/counting.js';
import { startTracing } from '../../src/tracing/sdk.js';
import { createManualTimer, until } from '../support/timer.js';

const settings = { protocol: 'http/json', ratio: 1, followsParent: true, queue: 100, batch: 10, delay: 5 } as const;

test('what waits for a receiver that never answers is bounded, and the rest is counted as dropped', async () => {
  const held: ReadableSpan[] = [];
  let isOver = false;
  const release: (() => void)[] = [];
  const exporter: SpanExporter = {
    export(spans, done) {
      held.push(...spans);
      if (isOver) done({ code: 0 });
      else release.push(() => done({ code: 0 }));
    },
    shutdown: async () => undefined,
  };
  const { processor, counts } = createSending(exporter, settings);
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('test');
  for (let i = 0; i < 10_000; i++) tracer.startSpan('one').end();
  // A batch that is on its way, and a full queue behind it.
  expect(held).toHaveLength(10);
  expect(counts).toEqual({ sent: 0, failed: 0, dropped: 9890 });
  // The SDK's patience with a batch would keep the process.
  isOver = true;
  for (const end of release) end();
  await processor.shutdown();
  expect(counts).toEqual({ sent: 110, failed: 0, dropped: 9890 });
});

test('spans are counted by what the receiver did with them', async () => {
  const outcomes = [0, 1, 0];
  const exporter: SpanExporter = {
    export: (_spans, done) => done({ code: outcomes.shift()! }),
    shutdown: async () => undefined,
  };
  const { processor, counts } = createSending(exporter, settings);
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('test');
  for (let batch = 0; batch < 3; batch++) {
    for (let i = 0; i < 10; i++) tracer.startSpan('one').end();
    await until(() => counts.sent + counts.failed === (batch + 1) * 10);
  }
  expect(counts).toEqual({ sent: 20, failed: 10, dropped: 0 });
});

type Answer = (response: ServerResponse) => void;

const receivers: [string, Answer][] = [
  ['hangs', () => undefined],
  [
    'answers 503 for ever, and wants to be left alone for an hour',
    (response) => response.writeHead(503, { 'retry-after': '3600' }).end(),
  ],
  [
    'answers 200 with garbage',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('\u0000<html>'),
  ],
  [
    'closes in the middle of its answer',
    (response) => response.writeHead(200, { 'content-length': 100 }).write('{"par', () => response.destroy()),
  ],
  ['answers 400 with what never ends', (response) => stream(response)],
  ['closes without an answer', (response) => response.destroy()],
];

function stream(response: ServerResponse): void {
  response.writeHead(400);
  const chunk = Buffer.alloc(64 * 1024);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

async function listen(answer: Answer): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    request.resume().once('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a receiver that', () => {
  const own = { ...process.env };
  afterEach(() => {
    process.env = { ...own };
  });

  test.each(receivers)('%s costs no memory beyond the queue, one line of the log, and no stop', async (_, answer) => {
    const { server, url } = await listen(answer);
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url;
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '200';
    const timer = createManualTimer();
    const lines: string[] = [];
    const tracing = await startTracing(settings, { timer, warn: (_facts, message) => lines.push(message) });
    const total = 5000;
    for (let i = 0; i < total; i++) tracing.tracer.begin({ name: 'a request' }, null)!.end();
    // The first hundred and ten were sent or wait: all else was given up at once.
    expect(tracing.spans.dropped).toBe(total - 110);
    await until(() => tracing.spans.sent + tracing.spans.failed > 0);
    const closed = tracing.close();
    await timer.advance(2000);
    await closed;
    expect(tracing.spans.sent + tracing.spans.failed + tracing.spans.dropped).toBeLessThanOrEqual(total);
    expect(lines.length).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
