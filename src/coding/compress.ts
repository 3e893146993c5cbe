import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  type ZlibOptions,
  zstdCompress,
  type ZstdOptions,
} from 'node:zlib';
import PQueue from 'p-queue';
import type { Compression } from './accept.js';

/** Compresses on threads of the process, not in its event loop. */
export interface Compressor {
  /**
   * null when too much waits for it already: the bytes are then better sent as they are. Whoever asks for the same
   * buffer in the same coding while it is being made waits for the one result.
   */
  compress(compression: Compression, bytes: Buffer): Promise<Buffer | null>;
  /** For an answer that is sent while it is made: what was written is sent, and not held back until a block is full. */
  stream(compression: Compression): Transform;
}

export interface CompressorLimits {
  /** Answers that are compressed at a time. libuv has four threads, and passwords are hashed there too. */
  readonly atOnce: number;
  /** That may wait for their turn. */
  readonly waiting: number;
}

/**
 * Levels by what they leave of lists and pages for their CPU: a level more costs half as much again, and leaves a few
 * hundredths less. Digests are most of an answer, and hardly shrink.
 */
const answerEffort: Effort = {
  gzip: { level: 4 },
  br: { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 19 } },
  zstd: { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 19 } },
};

/** How hard each coding tries. */
export interface Effort {
  readonly gzip: ZlibOptions;
  readonly br: BrotliOptions;
  readonly zstd: ZstdOptions;
}

const [gzipAll, brotliAll, zstdAll] = [
  promisify<Buffer, ZlibOptions, Buffer>(gzip),
  promisify<Buffer, BrotliOptions, Buffer>(brotliCompress),
  promisify<Buffer, ZstdOptions, Buffer>(zstdCompress),
];

/** Bytes that are there as a whole, compressed on a thread. */
export function compressWhole(
  compression: Compression,
  bytes: Buffer,
  { gzip: gzipped, br, zstd }: Effort,
): Promise<Buffer> {
  if (compression === 'gzip') return gzipAll(bytes, gzipped);
  return compression === 'br' ? brotliAll(bytes, br) : zstdAll(bytes, zstd);
}

const streamed: Readonly<Record<Compression, () => Transform>> = {
  gzip: () => createGzip({ ...answerEffort.gzip, flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliCompress({ ...answerEffort.br, flush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdCompress({ ...answerEffort.zstd, flush: constants.ZSTD_e_flush }),
};

export const defaultCompressorLimits: CompressorLimits = { atOnce: 2, waiting: 32 };

export function createCompressor({ atOnce, waiting }: CompressorLimits = defaultCompressorLimits): Compressor {
  const queue = new PQueue({ concurrency: atOnce });
  const underWay = new WeakMap<Buffer, Map<Compression, Promise<Buffer>>>();
  const begin = (compression: Compression, bytes: Buffer): Promise<Buffer> => {
    const ofBytes = underWay.get(bytes) ?? new Map<Compression, Promise<Buffer>>();
    underWay.set(bytes, ofBytes);
    const making = queue
      .add(() => compressWhole(compression, bytes, answerEffort))
      .finally(() => ofBytes.delete(compression));
    ofBytes.set(compression, making);
    return making;
  };
  return {
    async compress(compression, bytes) {
      const making = underWay.get(bytes)?.get(compression);
      if (making) return making;
      return queue.size >= waiting ? null : begin(compression, bytes);
    },
    stream: (compression) => streamed[compression](),
  };
}
