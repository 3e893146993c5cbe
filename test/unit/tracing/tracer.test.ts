import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { GatewayError } from '../../../src/errors.js';
import { hideValues } from '../../../src/store/scanning/tracing.js';
import type { Tracer } from '../../../src/trace.js';
import { createTracer } from '../../../src/tracing/tracer.js';

function record(): { tracer: Tracer; spans: () => ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { tracer: createTracer(provider.getTracer('test')), spans: () => exporter.getFinishedSpans() };
}

const work = async (): Promise<string> => 'done';
const statement = () => ({ name: 'SELECT' });

test('a use case is recorded only if it has parts', async () => {
  const { tracer, spans } = record();
  const root = tracer.begin({ name: 'root' }, null)!;
  await root.run(async () => {
    await tracer.useCase('idle', work);
    await tracer.useCase('busy', async () => tracer.part(statement, work));
  });
  root.end();
  expect(spans().map(({ name }) => name)).toEqual(['SELECT', 'busy', 'root']);
  const [select, busy] = spans();
  expect(select!.parentSpanContext?.spanId).toBe(busy!.spanContext().spanId);
});

test('nothing is recorded outside of a trace', async () => {
  const { tracer, spans } = record();
  expect(await tracer.part(statement, work)).toBe('done');
  expect(spans()).toEqual([]);
});

test('a trace has no more than 250 spans, and says how many it left out', async () => {
  const { tracer, spans } = record();
  const root = tracer.begin({ name: 'root' }, null)!;
  await root.run(async () => {
    for (let i = 0; i < 1000; i++) await tracer.useCase(`case ${i}`, async () => tracer.part(statement, work));
  });
  root.end();
  expect(spans().length).toBeLessThanOrEqual(250);
  expect(spans().at(-1)!.attributes['registry_gateway.spans.left_out']).toBeGreaterThan(800);
});

test('what goes on apart has a trace of its own, linked to what asked for it', async () => {
  const { tracer, spans } = record();
  const root = tracer.begin({ name: 'root' }, null)!;
  await root.run(async () =>
    tracer.apart(
      () => ({ name: 'crawl' }),
      async () => tracer.part(statement, work),
    ),
  );
  root.end();
  const [select, crawl, asking] = spans();
  expect([select!.name, crawl!.name, asking!.name]).toEqual(['SELECT', 'crawl', 'root']);
  expect(select!.spanContext().traceId).toBe(crawl!.spanContext().traceId);
  expect(crawl!.spanContext().traceId).not.toBe(asking!.spanContext().traceId);
  expect(crawl!.links.map(({ context }) => context.traceId)).toEqual([asking!.spanContext().traceId]);
});

test('a failure is told by its code, and its words are not', async () => {
  const { tracer, spans } = record();
  const root = tracer.begin({ name: 'root' }, null)!;
  const fail = async (): Promise<never> => {
    throw new GatewayError('NOT_FOUND', 'There is no secret/thing.');
  };
  await expect(root.run(() => tracer.part(statement, fail))).rejects.toThrow('There is no');
  root.end();
  const [select] = spans();
  expect([select!.attributes['error.type'], select!.status.code]).toEqual(['NOT_FOUND', 2]);
  expect(JSON.stringify([select!.attributes, select!.status, select!.events])).not.toContain('secret');
});

test('work that another calls later is a part of what bound it', async () => {
  const { tracer, spans } = record();
  const [one, other] = ['one', 'other'].map((name) => tracer.begin({ name }, null)!);
  const bound = one!.run(() => tracer.bind(() => tracer.part(statement, work)));
  await other!.run(bound);
  expect(spans()[0]!.spanContext().traceId).toBe(one!.traceId);
});

test.each([
  [
    "select * from `tag` as `t0` where `name` = 'it''s' and `id` = 12",
    'select * from `tag` as `t0` where `name` = ? and `id` = ?',
  ],
  ['select 1 where a in (1, 2, 3, 4)', 'select ? where a in (?, …)'],
  ["insert into x values (x'00ff', -1.5e3, ?)", 'insert into x values (?, -?, ?)'],
  [`select '${'secret'.repeat(1000)}'`, 'select ?'],
  ['select "col1", t.c2 from t2', 'select "col1", t.c2 from t2'],
])('of %j the values are hidden', (sql, shown) => {
  expect(hideValues(sql)).toBe(shown);
});
