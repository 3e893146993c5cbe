import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMigrations } from '../../src/cli/migrations.js';
import { createFolder } from '../store/files.js';

const allFolders = 'src/store/database/migrations';
const folderName = `${allFolders}/sqlite`;

/** Runs in a copy of the committed migrations, after `change`. */
async function run(
  change: (folder: string) => void,
  ...args: string[]
): Promise<{ code: number; text: string; files: string[] }> {
  using copy = createFolder();
  const folder = join(copy.path, folderName);
  mkdirSync(join(copy.path, allFolders), { recursive: true });
  cpSync(allFolders, join(copy.path, allFolders), { recursive: true });
  change(folder);
  const back = process.cwd();
  process.chdir(copy.path);
  try {
    let text = '';
    const add = (more: string): string => (text += more);
    const code = await runMigrations(args, { out: add, err: add });
    return { code, text, files: readdirSync(folder) };
  } finally {
    process.chdir(back);
  }
}

/** As if the entity's column had been added after the last migration. */
function forgetColumn(folder: string): void {
  const path = join(folder, 'schema-snapshot.json');
  const snapshot = JSON.parse(readFileSync(path, 'utf8')) as {
    tables: { name: string; columns: Record<string, unknown> }[];
  };
  delete snapshot.tables.find(({ name }) => name === 'setting')?.columns['value'];
  writeFileSync(path, JSON.stringify(snapshot));
}

describe('migrations', () => {
  it('check passes on what is committed', async () => {
    expect(await run(() => undefined, 'check')).toMatchObject({
      code: 0,
      text: 'The migrations match the entities (sqlite, postgres).\n',
    });
  });

  it('check fails when an entity has changed since', async () => {
    expect(await run(forgetColumn, 'check')).toMatchObject({
      code: 1,
      text: 'sqlite: the entities have changed since the last migration. Run: npm run migrations -- create <name>\n',
    });
  });

  it('check fails when a file is not listed', async () => {
    const { code, text } = await run((folder) => writeFileSync(join(folder, 'Migration2_x.ts'), ''), 'check');
    expect({ code, text }).toEqual({ code: 1, text: `sqlite: Migration2_x.ts is not listed in ${folderName}.ts\n` });
  });

  it('create writes the missing change, and nothing when there is none', async () => {
    const before = readdirSync(folderName).length;
    expect(await run(() => undefined, 'create', 'x')).toMatchObject({
      code: 0,
      text: 'sqlite: nothing to do.\npostgres: nothing to do.\n',
    });
    const { code, text, files } = await run(forgetColumn, 'create', 'add-value');
    expect({ code, files: files.length }).toEqual({ code: 0, files: before + 1 });
    expect(text).toMatch(/^Wrote src\/store\/database\/migrations\/sqlite\/Migration\d+_add_value\.ts: read it/);
  });

  it.each([[[]], [['create']], [['create', '../x']], [['check', 'x']], [['up']]])(
    'shows its usage for %j',
    async (args) => {
      expect(await run(() => undefined, ...args)).toMatchObject({ code: 64, text: expect.stringContaining('Usage:') });
    },
  );
});
