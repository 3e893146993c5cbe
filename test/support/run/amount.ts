/** True in `npm run test:full`, false in `npm test`. */
export const isFullRun = (globalThis as { isFullRun?: boolean }).isFullRun === true;

/** How many of something: a part of them in `npm test`, all in `npm run test:full`. */
export function amount(some: number, all: number): number {
  return isFullRun ? all : some;
}

/**
 * Every row in `npm run test:full`; in `npm test` every n-th, n odd so that of pairs both come, and no more than `most`
 * of them.
 */
export function rows<T>(all: readonly T[], most: number): readonly T[] {
  const step = isFullRun ? 1 : Math.ceil(all.length / most) | 1;
  return all.filter((_, at) => at % step === 0);
}

/** Of fast-check, another each time: report it, and a run can be repeated. */
export function chooseSeed(): number {
  return Math.trunc(Math.random() * 2 ** 31);
}

/** A line of figures, as JSON, past Jest's own frames. */
export function report(what: string, figures: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ [what]: figures })}\n`);
}
