import type { Compression } from '../coding/accept.js';

/** Where the page's files stand: beside the compiled modules, wherever those are. */
export const pageFolder = new URL('./page/', import.meta.url);

/** The explorer's files that this project writes; the rest comes from packages. */
export const ownFiles = [
  'index.html',
  'boot.js',
  'gateway.js',
  'signon.js',
  'examples.js',
  'overviews.js',
  'tools.js',
  'style.css',
] as const;

export const licenceFile = 'licences.txt';

/** All files but the page itself, as they are served below `/explorer/`. */
export const assetFiles = [
  ...ownFiles.slice(1),
  'graphiql.min.js',
  'graphiql.min.css',
  'react.production.min.js',
  'react-dom.production.min.js',
  licenceFile,
] as const;

/** A compressed file stands beside its file, and has this behind its name. */
export const endingOf: Readonly<Record<Compression, string>> = { zstd: '.zst', br: '.br', gzip: '.gz' };

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

/** The content type by the name's ending. */
export function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
