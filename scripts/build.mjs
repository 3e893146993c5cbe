import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBundle } from './bundle.mjs';

// Makes dist in a folder of its own, which then takes its name: neither a build that fails nor one that is going on
// takes anything from a gateway that starts or runs. Such a gateway should be started again: what it loads later is of
// the new build.
const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');
const made = mkdtempSync(join(project, '.build-'));
try {
  run(
    join(project, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(project, 'tsconfig.json'),
    '--outDir',
    join(made, 'compiled'),
  );
  run(join(made, 'compiled/explorer/assets.js'));
  run(join(project, 'scripts/console.mjs'), join(made, 'compiled/pages/console'));
  await makeBundle(join(made, 'compiled'), join(made, 'dist'));
  replaceDist();
} finally {
  rmSync(made, { recursive: true, force: true });
}

/** @param {string[]} command */
function run(...command) {
  const { status, error } = spawnSync(process.execPath, command, { cwd: project, stdio: 'inherit' });
  if (status === 0) return;
  rmSync(made, { recursive: true, force: true });
  if (error) process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/**
 * No system call that Node has exchanges two folders. Another build may come between the two renames: the last one
 * stays.
 */
function replaceDist() {
  for (let attempt = 0; ; attempt++) {
    try {
      moveAside(join(made, `old-${attempt}`));
      renameSync(join(made, 'dist'), dist);
      return;
    } catch (error) {
      const another = error.code === 'ENOTEMPTY' || error.code === 'EEXIST';
      if (!another || attempt >= 10) throw error;
    }
  }
}

/** @param {string} name */
function moveAside(name) {
  try {
    renameSync(dist, name);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
