import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';

/**
 * `npm run operations`: writes the console's operations, and their types, from schema.graphql: a module beside each
 * file of src/console/operations, so that each screen loads its own. With --check it writes nothing, and ends with 1
 * when what is there is not what it would write. It fails for an operation that the schema does not have.
 */
const folder = 'src/console/operations';

const config = {
  enumsAsTypes: true,
  immutableTypes: true,
  skipTypename: true,
  strictScalars: true,
  scalars: {
    ByteSize: 'number',
    DateTime: 'string',
    Digest: 'string',
    JSONObject: 'Readonly<Record<string, unknown>>',
  },
};

const schema = parse(readFileSync('schema.graphql', 'utf8'));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql'))
  .sort();
const stale = [];
for (const name of names) {
  const file = join(folder, name.replace('.graphql', '.ts'));
  const text = await generate(name, file);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readOptional(file) !== text) stale.push(file);
}
if (stale.length > 0) {
  process.stderr.write(`${stale.join(', ')}: not what schema.graphql and ${folder} make. Run: npm run operations\n`);
  process.exitCode = 1;
}

/**
 * @param {string} name of the file with the operations
 * @param {string} filename of the module
 */
async function generate(name, filename) {
  const document = parse(readFileSync(join(folder, name), 'utf8'));
  const types = await codegen({
    schema,
    documents: [{ location: name, document }],
    config,
    filename,
    pluginMap: { operations },
    plugins: [{ operations: {} }],
  });
  const used = types
    .replace(/\/\*\* Internal type[^\n]*\nexport type (?:Incremental|Exact)[^\n]*\n/g, (found) =>
      found.includes('Exact') ? found : '',
    )
    .replaceAll(/[ \t]+$/gm, '');
  const heading = `// Written by "npm run operations" from schema.graphql and ${folder}/${name}. Do not edit.
import type { Operation } from '../pure/operation.js';
`;
  return `${heading}\n${used.trim()}\n\n${printOperations(document)}`;
}

/** Each operation with the fragments it uses, without what only people need. */
function printOperations({ definitions }) {
  const fragments = new Map(
    definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  return definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const used = new Set();
      const follow = (node) =>
        visit(node, {
          FragmentSpread({ name: { value } }) {
            if (used.has(value)) return;
            used.add(value);
            follow(fragments.get(value));
          },
        });
      follow(operation);
      const text = [operation, ...[...used].map((one) => fragments.get(one))].map(print).join('\n');
      const { value } = operation.name;
      const kind = `${operation.operation[0].toUpperCase()}${operation.operation.slice(1)}`;
      const types = `${value}${kind}, ${value}${kind}Variables`;
      return `export const ${value[0].toLowerCase()}${value.slice(1)}: Operation<${types}> = {
  text: ${JSON.stringify(stripIgnoredCharacters(text))},
};
`;
    })
    .join('\n');
}

function readOptional(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
