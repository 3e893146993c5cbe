import { createMeters } from '../../../src/metrics/meters.js';
import { createMetrics, type Samplers } from '../../../src/metrics/metrics.js';
import { createOperationNames, createRegistryNames } from '../../../src/metrics/labels.js';
import { writePage } from '../../../src/metrics/page.js';
import { createSlices } from '../../../src/timer.js';
import { createManualTimer } from '../../support/timer.js';
import { readPage } from '../../metrics/page.js';

const idle: Samplers = {
  registries: async () => [],
  store: async () => ({ file: 1, log: 2, free: 0, disk: null, isFaulty: false, readingProcesses: 0 }),
  index: async () => null,
  connections: async () => 3,
  eventStreams: () => 2,
  webhooks: () => ({ sending: 1, failing: 0, disabled: 0, behind: 0 }),
  spans: null,
};
const parts = { version: '1.2.3', ownOperations: [], refusals: [] };

test('beyond so many names all others are one, until names are gone', () => {
  const names = createRegistryNames(2);
  expect(['a', 'b', 'c', 'a'].map((name) => names.labelOf(name))).toEqual(['a', 'b', '(others)', 'a']);
  expect([...names.retain(['a', 'c'])]).toEqual(['b']);
  expect(names.labelOf('c')).toBe('c');
});

test('only accounts name operations, and only so many; those of the gateway itself have a place of their own', () => {
  const names = createOperationNames(['Own'], 1);
  expect([names.labelOf('Mine', false), names.labelOf('Mine', true), names.labelOf('Mine', false)]).toEqual([
    '(others)',
    'Mine',
    'Mine',
  ]);
  expect([names.labelOf('Second', true), names.labelOf('Own', false)]).toEqual(['(others)', 'Own']);
});

test('series of registries that are gone are removed from counters and histograms alike', async () => {
  const meters = createMeters();
  const counter = meters.counterOfRegistry('things_total', 'Things.', ['kind']);
  const histogram = meters.histogramOfRegistry('waits_seconds', 'Waits.', [1, 2]);
  for (const registry of ['stays', 'goes']) {
    counter.add(registry, 1, { kind: 'a' });
    counter.add(registry, 1, { kind: 'b' });
    histogram.add(registry, 1.5);
  }
  await meters.retain(['stays'], createSlices(10));
  const series = [...readPage(await meters.registry.metrics()).keys()];
  expect(series.filter((one) => one.includes('goes'))).toEqual([]);
  expect(series.filter((one) => one.includes('stays'))).toHaveLength(7);
});

test('a page is made once a second at the most', async () => {
  const timer = createManualTimer();
  const metrics = createMetrics({ timer, ...parts });
  let read = 0;
  const samplers = { ...idle, connections: async () => ++read };
  await Promise.all([metrics.render(samplers), metrics.render(samplers)]);
  await timer.advance(999);
  await metrics.render(samplers);
  expect(read).toBe(1);
  await timer.advance(1);
  await metrics.render(samplers);
  expect(read).toBe(2);
});

test('a page of many registries is made in steps of 500 series at the most', async () => {
  let steps = 0;
  const slices = {
    next() {
      steps += 1;
      return null;
    },
  };
  const meters = createMeters();
  const counter = meters.counterOfRegistry('things_total', 'Things.', ['kind'], [{ kind: 'a' }, { kind: 'b' }]);
  await meters.retain(
    Array.from({ length: 900 }, (_, n) => `r-${n}`),
    slices,
  );
  // Each is begun in a step of its own.
  expect(steps).toBe(900);
  counter.add('r-0', 5, { kind: 'a' });
  steps = 0;
  const page = readPage(await writePage([meters.registry], slices));
  expect([
    page.size,
    page.get('registry_gateway_things_total{kind="a",registry="r-0"}') ??
      page.get('registry_gateway_things_total{registry="r-0",kind="a"}'),
  ]).toEqual([1800, 5]);
  // Four of series, and one for the metric.
  expect(steps).toBe(5);
  steps = 0;
  await meters.retain(
    Array.from({ length: 900 }, (_, n) => `r-${n}`),
    slices,
  );
  expect(steps).toBe(0);
});

test('a page that takes longer than a second is not begun anew meanwhile', async () => {
  const timer = createManualTimer();
  const turn = Promise.withResolvers<void>();
  const metrics = createMetrics({ timer, ...parts, slices: { next: () => turn.promise } });
  let read = 0;
  const samplers = { ...idle, connections: async () => ++read };
  const first = metrics.render(samplers);
  await timer.advance(5000);
  const second = metrics.render(samplers);
  turn.resolve();
  expect(await first).toBe(await second);
  expect(read).toBe(1);
});

test('what a label holds ends no line, and numbers that are none are written as Prometheus reads them', async () => {
  const meters = createMeters();
  meters.gauge('things', 'Back\\slash and\nline.', ['name']).set({ name: 'a "b"\\\nc' }, Infinity);
  expect(await writePage([meters.registry], createSlices(10))).toBe(
    '# HELP registry_gateway_things Back\\\\slash and\\nline.\n# TYPE registry_gateway_things ' +
      'gauge\nregistry_gateway_things{name="a \\"b\\"\\\\\\nc"} +Inf\n',
  );
});

test('a part that fails, or takes longer than three seconds, keeps none of the others from being shown', async () => {
  const timer = createManualTimer();
  const metrics = createMetrics({ timer, ...parts });
  const store = (): Promise<never> => Promise.reject(new Error('the database does not answer'));
  const rendering = metrics.render({ ...idle, store, registries: () => new Promise(() => undefined) });
  await timer.advance(3000);
  const page = readPage(await rendering);
  const up = (part: string): number | undefined => page.get(`registry_gateway_scrape_part_up{part="${part}"}`);
  expect([up('database'), up('registries'), up('connections'), page.get('registry_gateway_http_connections')]).toEqual([
    0, 0, 1, 3,
  ]);
});

test('methods, codes and statuses that callers make up are one', async () => {
  const metrics = createMetrics({ timer: createManualTimer(), ...parts });
  const facts = { operations: new Set(['Mine']), viewer: null, cost: null, cache: null, codes: new Set(['MADE_UP']) };
  metrics.noteRequest({ method: 'BREW', route: null, status: null, answeredMs: 5, bytes: 10, isAborted: true, facts });
  metrics.noteRequest({
    method: 'GET',
    route: '/',
    status: 200,
    answeredMs: 5,
    bytes: Number.NaN,
    isAborted: true,
    facts,
  });
  const page = readPage(await metrics.render(idle));
  expect(page.get('registry_gateway_http_response_bytes_total{route="/"}')).toBeUndefined();
  expect(page.get('registry_gateway_http_requests_total{method="(others)",route="(none)",status="(none)"}')).toBe(1);
  expect(page.get('registry_gateway_errors_total{code="(others)"}')).toBe(2);
  expect(page.get('registry_gateway_operations_total{operation="(others)",result="error"}')).toBe(2);
  expect(page.get('registry_gateway_http_requests_aborted_total{route="(none)"}')).toBe(1);
});
