import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { argv, env } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeLicences } from './licences.mjs';

// `node scripts/console.mjs <folder>` builds the console of src/console into a folder, `console` beside the compiled
// modules of src/pages, whose compression it uses: static files, with their compressed ones beside them.
//   --cached  takes the files of the last build where nothing that they are made of has changed
//   --preact  builds with Preact in place of React
// `node scripts/console.mjs --serve` is Vite's server for whoever works on it; GATEWAY is the address of the gateway
// that it asks, http://127.0.0.1:4000 where it is not set.
const project = fileURLToPath(new URL('..', import.meta.url));
const root = join(project, 'src/console');
const options = new Set(argv.slice(2).filter((word) => word.startsWith('--')));

/** Browsers of 2024 and later: they know `light-dark()` and Trusted Types are theirs to enforce. */
const target = ['chrome125', 'edge125', 'firefox128', 'safari17.5'];

/** What as many screens and dialogs use is in one file that all of them load. */
const manyScreens = 4;

/** @type {import('vite').UserConfig} */
const shared = {
  configFile: false,
  envDir: false,
  root,
  // Pages are below any path: index.html says by <base> where.
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic' } },
  resolve: { alias: options.has('--preact') ? aliasPreact() : [] },
};

if (options.has('--serve')) await serveConsole();
else {
  const [folder] = argv.slice(2).filter((word) => !word.startsWith('--'));
  if (folder === undefined) throw new Error('Name the folder that the console is built into.');
  await makeConsole(resolve(folder));
}

/** @param {string} folder */
async function makeConsole(folder) {
  const cache = join(project, 'node_modules/.cache/registry-gateway-console');
  const kept = join(cache, hashInputs());
  if (options.has('--cached') && existsSync(join(kept, 'index.html'))) {
    cpSync(kept, folder, { recursive: true });
    return;
  }
  await buildConsole(folder);
  if (!options.has('--cached')) return;
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  cpSync(folder, kept, { recursive: true });
}

/** @param {string} folder */
async function buildConsole(folder) {
  // Else React is the one for developers, where tests are run.
  env.NODE_ENV = 'production';
  /** @type {Set<string>} */
  const inputs = new Set();
  const { build } = await import('vite');
  await build({
    ...shared,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target,
      // The content security policy has no data: and nothing inline.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        // One file of what many screens share: each file is a request.
        output: {
          codeSplitting: {
            groups: [
              { name: 'main', tags: ['$initial'], priority: 1 },
              { name: 'shared', minShareCount: manyScreens },
            ],
          },
        },
        // It says of a busy machine that a build is slow.
        checks: { pluginTimings: false },
        onwarn(warning, warn) {
          // Packages mark what is for clients alone: here all is.
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
        },
      },
    },
    plugins: [
      {
        name: 'inputs',
        generateBundle(_options, bundle) {
          for (const chunk of Object.values(bundle))
            for (const id of chunk.type === 'chunk' ? Object.keys(chunk.modules) : []) inputs.add(id);
        },
        // By now the files that held nothing but a style are gone.
        writeBundle(_options, bundle) {
          writeFileSync(join(folder, 'screens.json'), JSON.stringify(listScreens(bundle)));
        },
      },
    ],
  });
  const assets = join(folder, 'assets');
  writeFileSync(join(assets, 'licences.txt'), writeLicences('The console', [...inputs]));
  const { compressFolder } = await import(pathToFileURL(join(folder, '../precompress.js')).href);
  await compressFolder(assets);
}

/**
 * The files of each screen by its module, `repositories/repositories`, without those that the page loads for all: the
 * gateway names them in the page, so that they are there when the router asks for them.
 * @param {import('vite').Rolldown.OutputBundle} bundle
 */
function listScreens(bundle) {
  const chunks = Object.values(bundle).filter((chunk) => chunk.type === 'chunk');
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  /** @type {(file: string, found?: Set<string>) => Set<string>} */
  const filesOf = (file, found = new Set()) => {
    const chunk = byFile.get(file);
    if (chunk === undefined || found.has(file)) return found;
    found.add(file);
    for (const name of chunk.viteMetadata?.importedCss ?? []) found.add(name);
    for (const name of chunk.imports) filesOf(name, found);
    return found;
  };
  const common = chunks.find(({ isEntry }) => isEntry);
  const already = filesOf(common?.fileName ?? '');
  const folder = `${root.replaceAll('\\', '/')}/screens/`;
  /** @type {Record<string, string[]>} */
  const screens = {};
  for (const { facadeModuleId, isDynamicEntry, fileName } of chunks) {
    if (!isDynamicEntry || !facadeModuleId?.startsWith(folder)) continue;
    const name = facadeModuleId.slice(folder.length).replace(/\.tsx$/, '');
    screens[name] = [...filesOf(fileName)].filter((file) => !already.has(file));
  }
  return screens;
}

/** Of all that a build is made of: a change of any of them makes another one. */
function hashInputs() {
  const hash = createHash('sha256').update([...options].sort().join(' '));
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const others = ['scripts/console.mjs', 'scripts/licences.mjs', 'package-lock.json', 'src/pages/precompress.ts'];
  for (const file of [...sources, ...others.map((name) => join(project, name))].sort())
    hash.update(`\0${file.slice(project.length)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

function aliasPreact() {
  const { resolve: find } = createRequire(join(project, 'package.json'));
  const names = ['preact/compat/client', 'preact/compat', 'preact/jsx-runtime'];
  try {
    names.forEach((name) => find(name));
  } catch {
    throw new Error('Preact is not installed: npm install --no-save preact');
  }
  return [
    { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
    { find: /^react(?:-dom)?$/, replacement: 'preact/compat' },
    { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
  ];
}

async function serveConsole() {
  const gateway = env.GATEWAY ?? 'http://127.0.0.1:4000';
  const paths = ['/graphql', '/auth', '/api', '/account', '/explorer', '/schema.graphql'];
  const { createServer } = await import('vite');
  const server = await createServer({
    ...shared,
    server: {
      host: '127.0.0.1',
      // The gateway sees the Host that the browser has, and so a page of its own.
      proxy: Object.fromEntries(paths.map((path) => [path, { target: gateway, changeOrigin: false }])),
    },
    plugins: [
      {
        name: 'base',
        // As the gateway puts it into the page.
        transformIndexHtml: () => [{ tag: 'base', attrs: { href: '/' }, injectTo: 'head-prepend' }],
      },
    ],
  });
  await server.listen();
  server.printUrls();
}
