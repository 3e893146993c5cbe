import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants } from 'node:zlib';
import { compressions } from '../coding/accept.js';
import { compressWhole, type Effort } from '../coding/compress.js';
import { endingOf } from './files.js';

/**
 * Done once, with each build: as small as a second of CPU makes the explorer. Brotli's last two levels would take three
 * more, for a twentieth less.
 */
const buildEffort: Effort = {
  zstd: { params: { [constants.ZSTD_c_compressionLevel]: 19 } },
  br: { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } },
  gzip: { level: 9 },
};

/**
 * Puts a compressed file of each coding beside each file of a folder that is text; a part of the build. `index.html` is
 * left out: it is completed for each request.
 */
export async function compressFolder(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /\.(?:html|css|js|json|txt|svg)$/.test(name));
  // One after the other: each at that level takes some sixty megabytes of memory while it is made.
  for (const name of names) if (name !== 'index.html') await compressFile(join(folder, name));
}

async function compressFile(file: string): Promise<void> {
  const bytes = await readFile(file);
  for (const compression of compressions)
    await writeFile(`${file}${endingOf[compression]}`, await compressWhole(compression, bytes, buildEffort));
}
