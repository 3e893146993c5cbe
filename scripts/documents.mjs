import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { Kind, parse, print, visit } from 'graphql';

/**
 * `npm run documents`: writes the operations of the command line, and their types, from schema.graphql. With --check it
 * writes nothing, and ends with 1 when what is there is not what it would write. It fails for an operation that the
 * schema does not have.
 */
const folder = 'src/cli/remote/documents';
const module = 'src/cli/remote/documents.ts';

const heading = `// Written by "npm run documents" from schema.graphql and ${folder}. Do not edit.
import type { Document } from './document.js';
`;

const config = {
  enumsAsTypes: true,
  immutableTypes: true,
  skipTypename: true,
  // Every scalar must be named here: one that is not would be unknown.
  strictScalars: true,
  scalars: { ByteSize: 'number', DateTime: 'string', Digest: 'string', JSONObject: 'Record<string, unknown>' },
};

const text = await generate();
if (!process.argv.includes('--check')) writeFileSync(module, text);
else if (readFileSync(module, 'utf8') !== text) {
  process.stderr.write(`${module} is not what schema.graphql and ${folder} make. Run: npm run documents\n`);
  process.exitCode = 1;
}

async function generate() {
  const schema = requireRoots(parse(readFileSync('schema.graphql', 'utf8')));
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort();
  const documents = files.map((name) => ({
    location: name,
    document: parse(readFileSync(join(folder, name), 'utf8')),
  }));
  const types = await codegen({
    schema,
    documents,
    config,
    filename: module,
    pluginMap: { operations },
    plugins: [{ operations: {} }],
  });
  // Nothing is answered in parts: a type for that has no use.
  const used = types
    .replace(/\/\*\* Internal type[^\n]*\nexport type Incremental[^\n]*\n/, '')
    .replaceAll(/[ \t]+$/gm, '');
  return `${heading}\n${used.trim()}\n\n${printOperations(
    documents.flatMap(({ document }) => document.definitions),
    schema,
  )}`;
}

/**
 * Makes root fields that are null only beside an error non-null for the types of the operations, which name them in
 * `required`: the client checks that, and throws the error.
 */
function requireRoots(schema) {
  const fields = new Set([
    'accounts',
    'auditLog',
    'registries',
    'repositories',
    'search',
    'teams',
    'tokens',
    'viewer',
    'webhooks',
  ]);
  const required = visit(schema, {
    ObjectTypeDefinition: (type) => (type.name.value === 'Query' ? undefined : false),
    FieldDefinition: (field) =>
      fields.delete(field.name.value) ? { ...field, type: { kind: Kind.NON_NULL_TYPE, type: field.type } } : undefined,
  });
  if (fields.size > 0) throw new Error(`schema.graphql has no root field ${[...fields].join(', ')}.`);
  return required;
}

/** Names of an operation's root fields whose types say that they are never null, as the answer has them. */
function listRequired({ operation, selectionSet: { selections } }, schema) {
  const root = operation === 'query' ? 'Query' : 'Mutation';
  const { fields } = schema.definitions.find((one) => one.name?.value === root);
  return selections.flatMap(({ kind, name, alias }) => {
    if (kind !== Kind.FIELD) throw new Error(`${root} is selected from by a fragment: its fields are not looked at.`);
    const field = fields.find((one) => one.name.value === name.value);
    return field?.type.kind === Kind.NON_NULL_TYPE ? [(alias ?? name).value] : [];
  });
}

/**
 * One constant for each fragment; and for each operation its text with those that it spreads, and the types that go
 * with it.
 */
function printOperations(definitions, schema) {
  const fragments = new Map(
    definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  const texts = [...fragments.values()].map((one) => `const ${constantOf(one)} = \`${print(one)}\`;\n`);
  const operations = definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((one) => {
      const name = one.name.value;
      const type = `${name}${one.operation === 'query' ? 'Query' : 'Mutation'}`;
      const spread = [...listFragments(one, fragments, new Set())].map((fragment) => `\n\n\${${constantOf(fragment)}}`);
      return (
        `export const ${constantOf(one)}: Document<${type}, ${type}Variables> = {\n  name: ` +
        `'${name}',\n  required: [${listRequired(one, schema).map((field) => `'${field}'`)}],\n` +
        `  text: \`${print(one)}${spread.join('')}\`,\n};\n`
      );
    });
  return [...texts, ...operations].join('\n');
}

function constantOf({ name: { value } }) {
  return `${value[0].toLowerCase()}${value.slice(1)}`;
}

/** Those that a definition spreads, and those that they spread, each once. */
function listFragments(definition, fragments, found) {
  visit(definition, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || found.has(fragment)) return;
      found.add(fragment);
      listFragments(fragment, fragments, found);
    },
  });
  return found;
}
