import { GatewayError } from '../../errors.js';
import type { Slices } from '../../timer.js';

/** Characters that are written in one go: some tenths of a millisecond. */
const piece = 64 * 1024;

/**
 * The JSON of an answer, as `JSON.stringify` gives it. It is written piece by piece, with turns of the event loop in
 * between, and no further than `limit` bytes: throws ANSWER_TOO_LARGE.
 */
export async function writeAnswer(answer: object, limit: number, slices: Slices): Promise<string> {
  const pieces: string[] = [];
  let bytes = 0;
  // Escapes and letters beyond ASCII only add to it, so that most of what is too large is not written at all.
  if (weigh(answer, limit) > limit) throw explainSize(limit);
  const add = (text: string): void => {
    bytes += Buffer.byteLength(text);
    if (bytes > limit) throw explainSize(limit);
    pieces.push(text);
  };
  const write = async (value: unknown): Promise<void> => {
    if (typeof value !== 'object' || value === null || weigh(value, piece) <= piece) return writeWhole(value);
    const isList = Array.isArray(value);
    let isFirst = true;
    add(isList ? '[' : '{');
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key];
      if (item === undefined && !isList) continue;
      add(`${isFirst ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`);
      isFirst = false;
      await write(item);
    }
    add(isList ? ']' : '}');
  };
  const writeWhole = async (value: unknown): Promise<void> => {
    await slices.next();
    add(JSON.stringify(value) ?? 'null');
  };
  await write(answer);
  return pieces.join('');
}

/** The least number of characters that the JSON of a value has, counted up to where that is over `limit`. */
function weigh(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof Date) return 26;
  let total = 2;
  const isList = Array.isArray(value);
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined && !isList) continue;
    total += weigh(item, limit - total) + (isList ? 0 : key.length + 3);
    if (total > limit) return total;
  }
  return total;
}

function explainSize(limit: number): GatewayError {
  const message =
    `The answer would be larger than ${Math.floor(limit / 1024 / 1024)} MiB. Ask for fewer objects ` +
    'at a time, by "first" and "after", or for fewer of their fields.';
  return new GatewayError('ANSWER_TOO_LARGE', message);
}
