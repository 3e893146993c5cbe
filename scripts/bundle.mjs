import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';
import { writeLicences } from './licences.mjs';

/** Modules that Node is started with: the program, its reading processes and threads, and commands for developers. */
const entries = [
  'main',
  'store/scanning/process',
  'store/file/filecheckthread',
  'store/file/checkpointthread',
  'cli/schema',
  'cli/migrations',
];

/** Packages that stay in node_modules: they have compiled code, or load others by names that they put together. */
const external = [
  'better-sqlite3',
  '@node-rs/argon2',
  'pg',
  '@opentelemetry/*',
  // A development dependency: the log is JSON where it is not there.
  'pino-pretty',
  // TypeGraphQL's, for schemas that validate by it: this one has no use for it.
  'class-validator',
];

/**
 * Makes few files of what the compiler wrote and the packages that it imports: Node takes half its time for a start to
 * find, read and link two thousand modules. What is loaded when it is needed stays apart from what every start loads.
 * All files are in one folder, so what a module names beside itself (`new URL('./process.js', import.meta.url)`) is
 * beside it in the bundle too.
 * @param {string} compiled folder of what the compiler wrote, with the pages of the explorer and the console
 * @param {string} bundle folder that is made
 */
export async function makeBundle(compiled, bundle) {
  const { metafile } = await build({
    entryPoints: entries.map((entry) => ({ in: join(compiled, `${entry}.js`), out: basename(entry) })),
    outdir: bundle,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // The files that Node takes without a bundle.
    conditions: [],
    external,
    // TypeGraphQL and MikroORM go by the names of classes.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages that are no modules of ECMAScript require those of Node.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs);
  assertNamed(compiled, bundle, inputs);
  writeFileSync(join(bundle, 'licences.txt'), writeLicences('The program', inputs));
  cpSync(join(compiled, 'explorer/page'), join(bundle, 'page'), { recursive: true });
  cpSync(join(compiled, 'pages/console'), join(bundle, 'console'), { recursive: true });
}

/**
 * Throws for a module that is opened by its path, and was not made.
 * @param {string} compiled
 * @param {string} bundle
 * @param {readonly string[]} inputs
 */
function assertNamed(compiled, bundle, inputs) {
  for (const input of inputs.filter((path) => !relative(compiled, path).startsWith('..'))) {
    for (const [, name] of readFileSync(input, 'utf8').matchAll(/new URL\('\.\/([^']+\.js)', import\.meta\.url\)/g)) {
      if (!existsSync(join(bundle, name)))
        throw new Error(`${input} starts ${name}, which is no entry of the bundle: list it in scripts/bundle.mjs.`);
    }
  }
}
