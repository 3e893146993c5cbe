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
