import { GatewayError } from '../../errors.js';
import type { Slices } from '../../timer.js';

/** Characters that are written in one go: some tenths of a millisecond. */
const piece = 64 * 1024;

/** A part of an answer that is JSON already: it is sent as it stands. */
export class WrittenJson {
  readonly pieces: readonly (string | Buffer)[];

  constructor(pieces: readonly (string | Buffer)[]) {
    this.pieces = pieces;
  }

  /** In bytes, at the least. */
  get length(): number {
    return this.pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** For whoever writes the answer by other means. */
  toJSON(): unknown {
    return JSON.parse(joinPieces(this.pieces).toString());
  }
}

/**
 * The JSON of an answer, as `JSON.stringify` gives it, and `end` behind it; as bytes where parts of it were written
 * before. It is written piece by piece, with turns of the event loop in between, and no further than `limit` bytes:
 * throws ANSWER_TOO_LARGE.
 */
export async function writeAnswer(answer: object, limit: number, slices: Slices, end = ''): Promise<string | Buffer> {
  const pieces: (string | Buffer)[] = [];
  let bytes = 0;
  let isText = true;
  // Escapes and letters beyond ASCII only add to it, so that most of what is too large is not written at all.
  if (weigh(answer, limit, ({ length }) => length) > limit) throw explainSize(limit);
  const add = (piece: string | Buffer): void => {
    bytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    if (bytes > limit) throw explainSize(limit);
    pieces.push(piece);
  };
  const write = async (value: unknown): Promise<void> => {
    if (value instanceof WrittenJson) {
      isText = false;
      return value.pieces.forEach(add);
    }
    // A value with a written part is no piece: the part would be read to be written again.
    if (typeof value !== 'object' || value === null || weigh(value, piece, () => Infinity) <= piece)
      return writeWhole(value);
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
  pieces.push(end);
  return isText ? pieces.join('') : joinPieces(pieces);
}

/** Each byte is copied once: of texts of some hundred kilobytes every further copy shows. */
function joinPieces(pieces: readonly (string | Buffer)[]): Buffer {
  const sizes = pieces.map((one) => (typeof one === 'string' ? Buffer.byteLength(one) : one.length));
  const joined = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const [index, one] of pieces.entries()) {
    if (typeof one === 'string') joined.write(one, at);
    else joined.set(one, at);
    at += sizes[index]!;
  }
  return joined;
}

/** The least number of characters that the JSON of a value has, counted up to where that is over `limit`. */
function weigh(value: unknown, limit: number, weighWritten: (part: WrittenJson) => number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof Date) return 26;
  if (value instanceof WrittenJson) return weighWritten(value);
  let total = 2;
  const isList = Array.isArray(value);
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined && !isList) continue;
    total += weigh(item, limit - total, weighWritten) + (isList ? 0 : key.length + 3);
    if (total > limit) return total;
  }
  return total;
}

function explainSize(limit: number): GatewayError {
  const kibibytes = Math.floor(limit / 1024);
  const size = kibibytes < 1024 ? `${kibibytes} KiB` : `${Math.floor(kibibytes / 1024)} MiB`;
  const message =
    `The answer would be larger than ${size}. Ask for fewer objects ` +
    'at a time, by "first" and "after", or for fewer of their fields.';
  return new GatewayError('ANSWER_TOO_LARGE', message);
}
