import { channel } from 'node:diagnostics_channel';

/** One line of the benchmark's output. */
export interface Result {
  readonly case: string;
  readonly value: number;
  /** `times` where the value is a ratio to a peer of the same run. */
  readonly unit: string;
  /** `>=` or `<=`, and the figure to reach; left out where nothing was promised. */
  readonly target?: readonly ['>=' | '<=', number];
  /** Of a ratio: `cpuMs`, `milliseconds` or `perSecond` are the gateway's own, `ofPeer` the same of the peer. */
  readonly [detail: string]: unknown;
}

/** A case that gave no result. */
export interface Skipped {
  readonly case: string;
  readonly skipped: string;
}

/** Where each result goes, and each case without one, for the table at the end of a run. */
export const results = channel('registry-gateway:bench');

/** Prints a result as one JSON line, and gives whether it reached its target. */
export function report(result: Result): boolean {
  const { case: name, value, unit, target, ...details } = result;
  const pass = isReached(result);
  const line = { case: name, value: round(value), unit, ...(target && { target: target.join(' '), pass }), ...details };
  process.stdout.write(
    `${JSON.stringify(line, (_key, item: unknown) => (typeof item === 'number' ? round(item) : item))}\n`,
  );
  results.publish(result);
  return pass;
}

export function skip(name: string, why: string): void {
  const one: Skipped = { case: name, skipped: why };
  process.stdout.write(`${JSON.stringify(one)}\n`);
  results.publish(one);
}

/** What `npm run bench <name>` gave. */
export interface BenchRow {
  readonly bench: string;
  readonly result: Result | Skipped;
}

/**
 * The table of docs/performance.md, in Markdown: a row for each result, in their order; `npm run bench` with the name
 * in the first column measures it.
 */
export function writeTable(all: readonly BenchRow[]): string {
  const rows = all.map(({ bench, result }) => [`\`${bench}\``, ...writeCells(result)]);
  const head = ['`npm run bench` …', 'case', 'figure', 'peer', 'ratio', 'aim', ''];
  const lines = [head, head.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`)
    .join('');
}

function writeCells(result: Result | Skipped): string[] {
  if (isSkipped(result)) return [result.case, '', '', '', '', `skipped: ${result.skipped}`];
  const { figure, peer, ratio } = splitFigures(result);
  const { case: name, target } = result;
  const aim = target ? `${target[0] === '>=' ? '≥' : '≤'} ${target[1].toLocaleString('en')}` : '';
  return [name, figure, peer, ratio, aim, target ? (isReached(result) ? 'met' : 'missed') : ''];
}

function isSkipped(result: Result | Skipped): result is Skipped {
  return 'skipped' in result;
}

const measures = { cpuMs: 'ms CPU', milliseconds: 'ms', perSecond: '/s' };

function splitFigures({ value, unit, ofPeer, ...details }: Result): Record<'figure' | 'peer' | 'ratio', string> {
  const show = (figure: unknown, of: string): string =>
    typeof figure === 'number' ? `${write(figure)} ${of}`.trim() : '';
  if (unit !== 'times') return { figure: show(value, unit), peer: show(ofPeer, unit), ratio: '' };
  const [key, of] = Object.entries(measures).find(([measure]) => measure in details) ?? ['', ''];
  return { figure: show(details[key], of), peer: show(ofPeer, of), ratio: write(value) };
}

function isReached({ value, target }: Result): boolean {
  return target === undefined || (target[0] === '>=' ? value >= target[1] : value <= target[1]);
}

function write(value: number): string {
  return round(value).toLocaleString('en');
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
