import { readdir, readFile } from 'node:fs/promises';
import { type Compression, compressions } from '../coding/accept.js';
import { tagOf } from '../coding/condition.js';
import type { Content } from '../coding/content.js';

/** A compressed file stands beside its file, and has this behind its name. */
export const endingOf: Readonly<Record<Compression, string>> = { zstd: '.zst', br: '.br', gzip: '.gz' };

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** The content type by the name's ending. */
export function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/**
 * The files of a folder by their names, with the compressed ones that the build put beside them; those of its
 * sub-folders are not read. Without the folder there are none.
 */
export async function readFiles(folder: URL): Promise<ReadonlyMap<string, Content>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const there = new Set(entries.flatMap((entry) => (entry.isFile() ? entry.name : [])));
  const names = [...there].filter((name) => !Object.values(endingOf).some((ending) => name.endsWith(ending)));
  const files = new Map<string, Content>();
  for (const name of names) {
    const body = await readFile(new URL(name, folder));
    const coded = new Map<Compression, Buffer>();
    for (const compression of compressions) {
      const file = `${name}${endingOf[compression]}`;
      if (there.has(file)) coded.set(compression, await readFile(new URL(file, folder)));
    }
    files.set(name, { contentType: typeOf(name), body, etag: tagOf(body), coded });
  }
  return files;
}
