import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';

/**
 * `npm run examples`: writes examples/client/gql from schema.graphql and examples/pages, as `graphql-codegen` does with
 * examples/client/codegen.ts. With --check it writes nothing, and ends with 1 when what is there is not what it would
 * write. It fails for an operation that the schema does not have.
 */
const target = 'examples/client/gql/';
const pages = 'examples/pages';

/** As in examples/client/codegen.ts. */
const config = {
  documentMode: 'string',
  enumsAsTypes: true,
  strictScalars: true,
  useTypeImports: true,
  importExtension: '.ts',
  scalars: { ByteSize: 'number', DateTime: 'string', Digest: 'string', JSONObject: 'Record<string, unknown>' },
};
const presetConfig = { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } };

const schema = readFileSync('schema.graphql', 'utf8');
const documents = readdirSync(pages)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => join(pages, file))
  .map((location) => {
    const rawSDL = readFileSync(location, 'utf8');
    return { location, rawSDL, document: parse(rawSDL) };
  });

/** By file: its text. */
async function generate() {
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: target,
    schema: parse(schema),
    schemaAst: buildSchema(schema),
    documents,
    config,
    presetConfig,
    plugins: [],
    pluginMap: {},
  });
  const files = new Map();
  for (const section of sections) files.set(basename(section.filename), await codegen(section));
  return files;
}

const files = await generate();
if (process.argv.includes('--check')) {
  const read = (name) => {
    try {
      return readFileSync(join(target, name), 'utf8');
    } catch {
      return null;
    }
  };
  const stale = [...files].filter(([name, text]) => read(name) !== text).map(([name]) => name);
  if (stale.length > 0) {
    process.stderr.write(`${target} is not what schema.graphql and ${pages} give: run npm run examples.\n`);
    process.exitCode = 1;
  }
} else {
  rmSync(dirname(`${target}x`), { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(target, name), text);
}
