import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { first } from '../../src/console/text/en/first.js';
import { en } from '../../src/console/text/en/index.js';

const run = promisify(execFile);

/** Which folders each folder of the console may import. It is a program of its own: it has nothing of the gateway's. */
const allowed: Record<string, readonly string[]> = {
  pure: [],
  operations: ['pure'],
  // This browser's memory: whoever is drawn by it asks it.
  kept: ['pure'],
  text: ['kept', 'pure'],
  data: ['operations', 'pure'],
  ui: ['kept', 'data', 'pure', 'text'],
  jobs: ['kept', 'data', 'operations', 'pure', 'text', 'ui'],
  shell: ['kept', 'data', 'jobs', 'operations', 'pure', 'text', 'ui'],
  screens: ['kept', 'data', 'images', 'jobs', 'operations', 'pure', 'shell', 'text', 'ui'],
  images: ['kept', 'data', 'operations', 'pure', 'text', 'ui'],
};

const root = 'src/console';
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

function importsOf({ path, text }: { path: string; text: string }): string[] {
  return [...text.matchAll(/(?:from |import |import\()'(\.[^']+\.js)'/g)].map(([, target]) => {
    const module = normalize(join(dirname(path), target!)).replace(/\.js$/, '.ts');
    return existsSync(join(root, module)) ? module : `${module}x`;
  });
}

const placeOf = (path: string): string => (path.includes('/') ? path.split('/')[0]! : 'main');

test('folders of the console import only along its arrows, and nothing of the gateway', () => {
  const wrong = files
    .filter(({ path }) => placeOf(path) !== 'main')
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => placeOf(target) !== placeOf(file.path))
        .filter((target) => !allowed[placeOf(file.path)]?.includes(placeOf(target)))
        .map((target) => `${file.path} imports ${target}`),
    );
  expect(wrong).toEqual([]);
  expect(files.flatMap((file) => importsOf(file).filter((target) => target.startsWith('..')))).toEqual([]);
});

test('no screen imports another one: what both need stands beside them', () => {
  const screenOf = (path: string): string | undefined => /^screens\/([^/]+)/.exec(path)?.[1];
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => screenOf(file.path) && screenOf(target) && screenOf(target) !== screenOf(file.path))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no file of the console is in a circle of imports, but for the types that the router gives its screens', () => {
  const graph = new Map(files.map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test('no comment of the console begins with "What": who does it is the subject', () => {
  const found = files
    .filter(({ path }) => placeOf(path) !== 'operations')
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^\s*(?:\/\*\*(?:\s*\*)?|\/\/) What\b/gm)].map(([comment]) => `${path}: ${comment.trim()}`),
    );
  expect(found).toEqual([]);
});

test('texts stand in catalogues, not in what draws them', () => {
  const written = files
    .filter(({ path }) => path.endsWith('.tsx'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)[^<{]*</g)].map(([, words]) => `${path}: ${words}`),
    );
  expect(written).toEqual([]);
});

/** All modules that these import, but for types and for what is loaded later. */
function loadedWith(entries: readonly string[]): Set<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (!file || found.has(path)) return;
    found.add(path);
    const text = file.text.replace(/^import type [^;]*;/gm, '').replace(/import\('[^']*'\)/g, '');
    for (const target of importsOf({ path, text })) visit(target);
  };
  entries.forEach(visit);
  return found;
}

test('the frame and the list of repositories say nothing whose text comes after the first load', () => {
  const later = Object.keys(en).filter((name) => !(name in first));
  const prefixes = [...new Set(later.map((name) => name.slice(0, name.lastIndexOf('.') + 1)))];
  const entries = ['main.tsx', 'screens/repositories/repositories.tsx', 'screens/repositories/saverepositories.tsx'];
  const loaded = loadedWith(entries);
  expect(loaded.size).toBeGreaterThan(80);
  expect([...loaded]).toEqual(expect.arrayContaining(['shell/bar.tsx', 'text/en/first.ts']));
  expect([...loaded]).not.toContain('text/en/index.ts');
  const wrong = files
    .filter(({ path }) => loaded.has(path) && placeOf(path) !== 'operations')
    .flatMap(({ path, text }) =>
      [...later.map((name) => `'${name}'`), ...prefixes.map((prefix) => `\`${prefix}\${`)]
        .filter((name) => text.includes(name))
        .map((name) => `${path} says ${name}`),
    );
  expect(wrong).toEqual([]);
});

test('the operations of the console are those that the schema has', async () => {
  await expect(run(process.execPath, ['scripts/operations.mjs', '--check'])).resolves.toMatchObject({ stderr: '' });
});
