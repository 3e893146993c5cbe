import { hash } from 'node:crypto';
import type { MovedRow } from './movedtables.js';

/** A table, by how many rows it has and what is in them. */
export interface TableFingerprint {
  readonly rows: number;
  /** Hexadecimal. */
  readonly checksum: string;
}

export interface Fingerprinting {
  add(row: MovedRow): void;
  readonly result: TableFingerprint;
}

const modulus = 2n ** 128n;

/**
 * Of each row the SHA-256 of its values as a JSON array, numbers as their decimal text; of these the first 128 bits,
 * added up: the order of the rows does not matter, nor the engine that they are read from.
 */
export function createFingerprinting(): Fingerprinting {
  let rows = 0;
  let sum = 0n;
  return {
    add(row) {
      const digest = hash('sha256', JSON.stringify(row), 'buffer');
      rows += 1;
      sum = (sum + (digest.readBigUInt64BE(0) << 64n) + digest.readBigUInt64BE(8)) % modulus;
    },
    get result() {
      return { rows, checksum: sum.toString(16).padStart(32, '0') };
    },
  };
}
