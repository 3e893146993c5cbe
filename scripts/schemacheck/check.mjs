import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { listUntold } from './changes.mjs';
import { lintSchema } from './lint.mjs';
import { compileWithRelay } from './relay.mjs';
import { generateTypes } from './types.mjs';

/**
 * `npm run schema:check`: clients' tools judge schema.graphql, or the file that is named, and CHANGELOG.md must tell of
 * what changed. Files that the tools write are in a folder that goes at the end. It ends with 1 when anything is
 * complained of.
 */
const project = fileURLToPath(new URL('../../', import.meta.url));
const files = [process.argv[2] ?? 'schema.graphql', 'scripts/schemacheck/base.graphql', 'CHANGELOG.md'];
const [text, base, changelog] = files.map((file) => readFileSync(resolve(project, file), 'utf8'));
const schema = buildSchema(text);
// Within the project, so that what is written there finds node_modules.
const folder = mkdtempSync(join(project, '.schemacheck-'));
try {
  await check('relay-compiler', compileWithRelay(schema, text, folder));
  await check('graphql-codegen and tsc', generateTypes(text, folder));
  await check('graphql-eslint', lintSchema(text));
  await check('graphql-inspector', listUntold(base, schema, changelog));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check(tool, complaints) {
  const found = await complaints.catch((error) => [error.stack]);
  process.stdout.write(`${tool}: ${found.length === 0 ? 'passed' : `failed\n${found.join('\n')}`}\n`);
  if (found.length > 0) process.exitCode = 1;
}
