import type { Metric, Registry } from 'prom-client';
import type { Slices } from '../timer.js';

/** Series that are written in one step: a thousand registries have 40,000. */
const seriesPerStep = 500;

/**
 * Writes all metrics in Prometheus' text format 0.0.4, step by step: other work comes between. A metric is as of one
 * moment.
 */
export async function writePage(registries: readonly Registry[], slices: Slices): Promise<string> {
  const blocks: string[] = [];
  for (const metric of registries.flatMap((registry) => registry.getMetricsAsArray() as unknown as Metric[])) {
    await slices.next();
    const { name, help, type, values } = await metric.get();
    blocks.push(`# HELP ${name} ${escapeText(help)}\n# TYPE ${name} ${type}`);
    for (let start = 0; start < values.length; start += seriesPerStep) {
      await slices.next();
      blocks.push(
        values
          .slice(start, start + seriesPerStep)
          .map((value) => writeLine(name, value))
          .join('\n'),
      );
    }
  }
  return `${blocks.join('\n')}\n`;
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  /** Of a histogram's parts: with `_bucket`, `_sum`, `_count`. */
  readonly metricName?: string;
}

function writeLine(name: string, { value, labels, metricName = name }: Value): string {
  const pairs: string[] = [];
  for (const label in labels) pairs.push(`${label}="${escapeLabel(String(labels[label]))}"`);
  return `${metricName}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${writeNumber(value)}`;
}

function writeNumber(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return /[\\\n"]/.test(text) ? escapeText(text).replaceAll('"', '\\"') : text;
}
