import { realpathSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compressFolder } from '../pages/precompress.js';
import { writeDocPages } from './docpages.js';
import { licenceFile, ownFiles, pageFolder } from './files.js';

/** Which packages the page is made of, and what of them it loads. */
const packageFiles: Readonly<Record<string, readonly string[]>> = {
  graphiql: ['graphiql.min.js', 'graphiql.min.css'],
  // Under a name of its own, as the console has another version: it is the last that comes as a script.
  'react-18': ['umd/react.production.min.js'],
  'react-dom-18': ['umd/react-dom.production.min.js'],
  // Loads nothing of its own: it is bundled in GraphiQL.
  graphql: [],
};

/**
 * Puts the page's files, and the licences of all that is bundled in them, beside the compiled modules. The packages are
 * development dependencies: what is built needs none of them. Throws when one of them is not installed.
 */
export async function copyPage(): Promise<void> {
  const folder = fileURLToPath(pageFolder);
  const project = findPackageFile('..', import.meta.url);
  await mkdir(folder, { recursive: true });
  const source = join(dirname(project), 'src', 'explorer', 'page');
  for (const name of ownFiles) await copyFile(join(source, name), join(folder, name));
  const { version } = JSON.parse(await readFile(project, 'utf8')) as PackageFile;
  const page = await readFile(join(source, 'index.html'), 'utf8');
  await writeFile(join(folder, 'index.html'), page.replace('{version}', version));

  const licences = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const [name, files] of Object.entries(packageFiles)) {
    const found = findPackageFile(name, import.meta.url);
    for (const file of files) await copyFile(join(dirname(found), file), join(folder, file.replace('umd/', '')));
    await collectLicences(found, seen, licences);
  }
  await writeFile(join(folder, licenceFile), printLicences(licences));
  await writeDocPages(dirname(project), folder);
  await compressFolder(folder);
}

function findPackageFile(name: string, from: string): string {
  const found = findPackageJSON(name, from);
  if (found === undefined)
    throw new Error(`The package ${name} is not installed: the Explorer's page cannot be made. Run "npm ci" first.`);
  return found;
}

/** A package with all it depends on, each once: which packages each licence text is for. */
async function collectLicences(packageFile: string, seen: Set<string>, licences: Map<string, string[]>): Promise<void> {
  if (seen.has(packageFile)) return;
  seen.add(packageFile);
  const { name, version, license, dependencies = {} } = JSON.parse(await readFile(packageFile, 'utf8')) as PackageFile;
  const folder = dirname(packageFile);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : (await readFile(join(folder, file), 'utf8')).trim();
  licences.set(text, [...(licences.get(text) ?? []), `${name} ${version}`]);
  for (const dependency of Object.keys(dependencies)) {
    // Types are not in the page.
    if (dependency.startsWith('@types/')) continue;
    await collectLicences(findPackageFile(dependency, pathToFileURL(packageFile).href), seen, licences);
  }
}

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function printLicences(licences: ReadonlyMap<string, readonly string[]>): string {
  const parts = [...licences].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
  return `The Explorer's page is made with the packages below.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

// Started as a command; the project's folder may be reached through a link.
if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) await copyPage();
