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

/** Where each result goes, for the table at the end of a run. */
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
  process.stdout.write(`${JSON.stringify({ case: name, skipped: why })}\n`);
}

/** Markdown: a row for each result, in their order. */
export function writeTable(all: readonly Result[]): string {
  const rows = all.map((result) => {
    const { figure, peer, ratio } = splitFigures(result);
    const { case: name, target } = result;
    return [name, figure, peer, ratio, target?.join(' ') ?? '', target ? (isReached(result) ? 'met' : 'missed') : ''];
  });
  const head = ['case', 'figure', 'peer', 'ratio', 'aim', ''];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const measures = { cpuMs: 'ms CPU', milliseconds: 'ms', perSecond: '/s' };

function splitFigures({ value, unit, ofPeer, ...details }: Result): Record<'figure' | 'peer' | 'ratio', string> {
  const show = (figure: unknown, of: string): string => (typeof figure === 'number' ? `${round(figure)} ${of}` : '');
  if (unit !== 'times') return { figure: show(value, unit), peer: show(ofPeer, unit), ratio: '' };
  const [key, of] = Object.entries(measures).find(([measure]) => measure in details) ?? ['', ''];
  return { figure: show(details[key], of), peer: show(ofPeer, of), ratio: `${round(value)}` };
}

function isReached({ value, target }: Result): boolean {
  return target === undefined || (target[0] === '>=' ? value >= target[1] : value <= target[1]);
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
