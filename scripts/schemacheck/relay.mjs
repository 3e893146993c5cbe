import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, print } from 'graphql';
import { printEveryConnection } from './everyconnection.mjs';
import { runModule } from './run.mjs';

const documents = fileURLToPath(new URL('documents/', import.meta.url));

/** Where relay-compiler leaves the operations as a client sends them: an object of texts by their hashes. */
export const operationsFile = 'operations.json';

/**
 * Has relay-compiler compile the documents of this folder, and one for each connection and each member of Node, in the
 * given empty folder. Resolves to what it complains of, at most one text.
 */
export async function compileWithRelay(schema, text, folder) {
  const source = join(folder, 'source');
  mkdirSync(source);
  for (const [name, document] of [...readDocuments(), ...printEveryConnection(schema)])
    writeFileSync(join(source, `${name}.js`), toModule(document));
  writeFileSync(join(folder, 'schema.graphql'), text);
  writeFileSync(join(folder, operationsFile), '{}');
  writeFileSync(
    join(folder, 'relay.json'),
    JSON.stringify({
      src: 'source',
      schema: 'schema.graphql',
      language: 'typescript',
      artifactDirectory: 'artifacts',
      persistConfig: { file: operationsFile, algorithm: 'SHA256' },
    }),
  );
  mkdirSync(join(folder, 'artifacts'));
  return runModule('relay-compiler/cli.js', [join(folder, 'relay.json')], folder);
}

/** The file's name begins each name in it, as Relay wants it. */
function readDocuments() {
  return readdirSync(documents).map((file) => [
    basename(file, '.graphql'),
    readFileSync(join(documents, file), 'utf8'),
  ]);
}

/** relay-compiler reads documents out of JavaScript only, each definition from a template of its own. */
function toModule(document) {
  return parse(document)
    .definitions.map((definition) => `graphql\`${print(definition)}\`;\n`)
    .join('');
}
