import { Readable } from 'node:stream';

/** An answer's text, made while it is read. Ending it early ends the reading behind it. */
export type Pieces = AsyncGenerator<string, void, undefined>;
type Chunks = AsyncGenerator<Buffer, void, undefined>;

/**
 * Bytes of an answer that is collected, to be kept and to have a strong ETag; a longer one is sent while it is made.
 */
export const longestCollected = 4 * 1024 * 1024;

/** Bytes that pieces are gathered to before they are sent: a chunk costs the same whatever is in it. */
const chunkBytes = 32 * 1024;

/** The pieces in chunks that are worth sending. */
export async function* gather(pieces: Pieces): Chunks {
  let waiting: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < chunkBytes) continue;
    yield Buffer.from(waiting.join(''));
    [waiting, length] = [[], 0];
  }
  if (length > 0) yield Buffer.from(waiting.join(''));
}

/** The beginning of an answer, or all of it. */
export interface CollectedAnswer {
  readonly chunks: Buffer[];
  readonly isWhole: boolean;
}

/** Collects to the end, or until there are more than `bytes`. Throws what the pieces throw. */
export async function collectUpTo(chunks: Chunks, bytes: number): Promise<CollectedAnswer> {
  const collected: Buffer[] = [];
  let length = 0;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    collected.push(next.value);
    length += next.value.length;
    if (length > bytes) return { chunks: collected, isWhole: false };
  }
  return { chunks: collected, isWhole: true };
}

/** The beginning and what follows it, read no faster than it is sent: a chunk is ready, and the next is being made. */
export function toBody({ chunks }: CollectedAnswer, rest: Chunks): Readable {
  async function* read(): Chunks {
    try {
      // Each is let go once it is sent.
      for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk;
      yield* rest;
    } finally {
      await rest.return();
    }
  }
  return Readable.from(read(), { objectMode: false, highWaterMark: chunkBytes });
}
