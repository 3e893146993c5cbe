import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * Writes whole numbers from 0 on as texts of which only this key reads anything. One number always has the same text,
 * so that whoever is given it twice knows it again.
 */
export interface NumberCode {
  /** 22 characters of base64url. */
  write(value: number): string;
  /** null: none of the keys wrote this. */
  read(text: string): number | null;
}

/** Of AES, in bytes: the number in the last eight, and zeros before it. */
const blockLength = 16;

/**
 * Keys have 32 bytes each: `current` writes, all read. A number is one block of AES-256, which is a permutation of all
 * blocks: without the key nothing tells two numbers from two others, and of 2^64 blocks that somebody makes up one has
 * the zeros of a number.
 */
export function createNumberCode(current: Uint8Array, older: readonly Uint8Array[] = []): NumberCode {
  return {
    write(value) {
      const block = Buffer.alloc(blockLength);
      block.writeBigUInt64BE(BigInt(value), blockLength / 2);
      return translate(createCipheriv('aes-256-ecb', current, null), block).toString('base64url');
    },
    read(text) {
      const block = Buffer.from(text, 'base64url');
      // base64url has several spellings of the same bytes.
      if (block.length !== blockLength || block.toString('base64url') !== text) return null;
      for (const key of [current, ...older]) {
        const value = readBlock(translate(createDecipheriv('aes-256-ecb', key, null), block));
        if (value !== null) return value;
      }
      return null;
    },
  };
}

type BlockCipher = ReturnType<typeof createCipheriv> | ReturnType<typeof createDecipheriv>;

function translate(cipher: BlockCipher, block: Buffer): Buffer {
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

function readBlock(block: Buffer): number | null {
  const value = block.readBigUInt64BE(blockLength / 2);
  return block.readBigUInt64BE() === 0n && value <= Number.MAX_SAFE_INTEGER ? Number(value) : null;
}
