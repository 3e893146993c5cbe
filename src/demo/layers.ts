import { createCipheriv, createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes that look random and are the same for the same seed, on every machine. */
export function makeBytes(size: number, seed: string): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(size));
}

/** Below this no file fits into the archive. */
const smallestArchive = 2112;
/** Bytes that a stored block of DEFLATE holds at most (RFC 1951, 3.2.4), after 5 bytes of its own. */
const blockSize = 65535;

/**
 * A gzipped tar with one file, of exactly `size` bytes; below 2112 bytes plain bytes instead. `diffId` is the digest of
 * what is inside the gzip. Nothing is compressed: zlib's output differs between versions, stored blocks do not.
 */
export function makeLayer(size: number, seed: string): { bytes: Buffer; diffId: string } {
  if (size < smallestArchive) {
    const bytes = makeBytes(size, seed);
    return { bytes, diffId: hash(bytes) };
  }
  // 10 bytes of header, 8 of trailer.
  let blocks = 1;
  while (size - 18 - 5 * blocks > blocks * blockSize) blocks += 1;
  const tar = makeTar(size - 18 - 5 * blocks, seed);
  const parts: Buffer[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])];
  for (let i = 0; i < blocks; i += 1) {
    const part = tar.subarray(i * blockSize, (i + 1) * blockSize);
    const head = Buffer.alloc(5);
    head.writeUInt8(i === blocks - 1 ? 1 : 0, 0);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(part.length ^ 0xffff, 3);
    parts.push(head, part);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(tar), 0);
  trailer.writeUInt32LE(tar.length, 4);
  return { bytes: Buffer.concat([...parts, trailer]), diffId: hash(tar) };
}

/** One file in ustar format; the zeros at the end of an archive may be as many as there are. */
function makeTar(length: number, seed: string): Buffer {
  const size = Math.floor((length - 512 - 1024) / 512) * 512;
  const header = Buffer.alloc(512);
  header.write(`usr/share/layer-${hash(Buffer.from(seed)).slice(7, 15)}`, 0);
  header.write('0000644\0', 100);
  header.write('0000000\x000000000\0', 108);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, makeBytes(size, seed), Buffer.alloc(length - 512 - size)]);
}

function hash(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
