/** One line of the benchmark's output. */
export interface Result {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  /** `>=` or `<=`, and the figure to reach; left out where nothing was promised. */
  readonly target?: readonly ['>=' | '<=', number];
  readonly [detail: string]: unknown;
}

/** Prints a result as one JSON line, and gives whether it reached its target. */
export function report({ case: name, value, unit, target, ...details }: Result): boolean {
  const pass = target === undefined || (target[0] === '>=' ? value >= target[1] : value <= target[1]);
  const line = { case: name, value: round(value), unit, ...(target && { target: target.join(' '), pass }), ...details };
  process.stdout.write(
    `${JSON.stringify(line, (_key, item: unknown) => (typeof item === 'number' ? round(item) : item))}\n`,
  );
  return pass;
}

export function skip(name: string, why: string): void {
  process.stdout.write(`${JSON.stringify({ case: name, skipped: why })}\n`);
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
