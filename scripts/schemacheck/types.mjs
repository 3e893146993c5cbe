import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { Kind, parse } from 'graphql';
import { operationsFile } from './relay.mjs';
import { runModule } from './run.mjs';

/** Every scalar must be named: one that is not would be unknown. */
const config = {
  strictScalars: true,
  scalars: { ByteSize: 'number', DateTime: 'string', Digest: 'string', JSONObject: 'Record<string, unknown>' },
};

const plugins = { typescript, operations };

/**
 * Has graphql-codegen write the types of the whole schema, and those of the operations that relay-compiler left in the
 * folder, and tsc compile them. Resolves to what tsc complains of, at most one text.
 */
export async function generateTypes(text, folder) {
  const schema = parse(text);
  const documents = [{ location: operationsFile, document: readOperations(folder) }];
  await writeTypes(folder, 'schema.ts', 'typescript', schema, []);
  await writeTypes(folder, 'operations.ts', 'operations', schema, documents);
  const options = [
    '--ignoreConfig',
    '--strict',
    '--noEmit',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    '',
  ];
  return runModule('typescript/bin/tsc', [...options, 'schema.ts', 'operations.ts'], folder);
}

async function writeTypes(folder, filename, plugin, schema, documents) {
  const written = await codegen({
    schema,
    documents,
    config,
    filename,
    pluginMap: { [plugin]: plugins[plugin] },
    plugins: [{ [plugin]: {} }],
  });
  writeFileSync(join(folder, filename), written);
}

/** One document of all operations: each text brings the fragments it uses, so that the same one comes several times. */
function readOperations(folder) {
  const texts = Object.values(JSON.parse(readFileSync(join(folder, operationsFile), 'utf8')));
  if (texts.length === 0) throw new Error('relay-compiler compiled no operation.');
  const definitions = texts.flatMap((text) => parse(text).definitions);
  return { kind: Kind.DOCUMENT, definitions: [...new Map(definitions.map((one) => [one.name.value, one])).values()] };
}
