import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics } from '../../src/metrics/metrics.js';
import { describeWith } from '../support/processes/child.js';
import { startGateway } from '../support/worlds/gateway.js';
import { createManualTimer } from '../support/timer.js';

const dashboardFile = 'deploy/grafana/registry-gateway.json';
const alertFile = 'deploy/prometheus/alerts.yml';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const { panels } = JSON.parse(readFileSync(dashboardFile, 'utf8')) as { readonly panels: readonly Panel[] };
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** Names of metrics that a text asks for. */
function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\b(?:registry_gateway|nodejs|process)_\w+/g)].map(([name]) => name))];
}

/** Each metric of a page with its type and its meaning. */
function readHeads(text: string): Map<string, { readonly type: string; readonly help: string }> {
  const helps = new Map([...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name!, help!]));
  return new Map(
    [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => [
      name!,
      { type: type!, help: helps.get(name!)! },
    ]),
  );
}

async function readPageText(): Promise<string> {
  await using gateway = await startGateway();
  return (await gateway.rest('GET', '/metrics')).text;
}

let page: string;
beforeAll(async () => {
  page = await readPageText();
});

test('the dashboard and the alerts ask for metrics that are there', () => {
  const series = [...readHeads(page)].flatMap(([name, { type }]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  const asked = [...namesIn(expressions.join('\n')), ...namesIn(readFileSync(alertFile, 'utf8'))];
  expect(asked.length).toBeGreaterThan(40);
  // A description may name a metric, and a file of rules is named after its gateway.
  expect(asked.filter((name) => !series.includes(name))).toEqual([]);
});

test('every metric of the gateway is on the dashboard or in an alert, but what only says how the page was made', () => {
  const asked = `${expressions.join('\n')}\n${readFileSync(alertFile, 'utf8')}`;
  const own = [...readHeads(page).keys()].filter((name) => name.startsWith('registry_gateway_'));
  const unused = own.filter((name) => !asked.includes(name));
  expect(unused).toEqual([
    'registry_gateway_registry_max_age_seconds',
    'registry_gateway_registry_crawl_running',
    'registry_gateway_build_info',
  ]);
});

test('no two panels of the dashboard are one, and none is wider than the page', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  expect(
    panels.filter(({ type, targets = [] }) => type !== 'row' && targets.length === 0).map(({ title }) => title),
  ).toEqual([]);
});

test('docs/metrics.md has the table of all metrics as they are', () => {
  const labels = new Map(createAllMeters().map(({ name, labelNames }) => [name, labelNames]));
  const own = [...readHeads(page)].filter(([name]) => name.startsWith('registry_gateway_'));
  const rows = own.map(
    ([name, { type, help }]) =>
      `| \`${name}\` | ${type} | ${labels
        .get(name)!
        .map((label) => `\`${label}\``)
        .join(', ')} | ${help} |`,
  );
  const [, table] = readFileSync('docs/metrics.md', 'utf8').split('|---|---|---|---|\n');
  expect(table!.trim().split('\n').toSorted()).toEqual(rows.toSorted());
});

interface Described {
  readonly name: string;
  readonly labelNames: readonly string[];
}

function createAllMeters(): Described[] {
  const metrics = createMetrics({ timer: createManualTimer(), version: '', ownOperations: [], refusals: [] });
  return metrics.list().map(({ name, labelNames }) => ({ name, labelNames }));
}

describeWith('promtool', 'what Prometheus itself says of them', () => {
  const promtool = (args: readonly string[], input?: string): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync('promtool', args, {
      input,
      encoding: 'utf8',
      timeout: 60_000,
      cwd: 'deploy/prometheus',
    });
    return { status, said: stdout + stderr };
  };

  test('the page is well-formed, and its names are as they should be', () => {
    expect(promtool(['check', 'metrics'], page)).toEqual({ status: 0, said: '' });
  });

  test('the alerts can be read, and come when they should', () => {
    expect(promtool(['check', 'rules', 'alerts.yml'])).toMatchObject({
      status: 0,
      said: expect.stringMatching(/SUCCESS: \d+ rules found/) as string,
    });
    expect(promtool(['test', 'rules', 'alerts.test.yml'])).toMatchObject({
      status: 0,
      said: expect.stringContaining('SUCCESS') as string,
    });
  });

  test("the dashboard's expressions can be read", () => {
    const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
    try {
      const rules = expressions.map((expr, at) => ({
        record: `panel:${at}`,
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'x'),
      }));
      // JSON is YAML.
      writeFileSync(join(directory, 'rules.yml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
      expect(promtool(['check', 'rules', join(directory, 'rules.yml')])).toMatchObject({ status: 0 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
