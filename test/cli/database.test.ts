import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { openDatabase } from '../../src/store/database/database.js';
import { openSqliteFile } from '../../src/store/file/driver.js';
import { createFolder } from '../store/files.js';
import { runCommandLine } from './run.js';

const commands = [
  ['user', 'list'],
  ['keys', 'show'],
];
const env = { SECRET_KEY: 'a-first-secret-of-enough-characters-1' };

describe('a command that needs the database', () => {
  it.each([
    ['of its own', ['create table notes (text text)']],
    [
      'like those of a gateway',
      [
        'create table mikro_orm_migrations (name text)',
        "insert into mikro_orm_migrations values ('Migration20200101000000_theirs')",
        'create table notes (text text)',
      ],
    ],
  ])(
    'refuses the file of another program with tables %s, as a start does, and leaves it as it is',
    async (_what, statements) => {
      using folder = createFolder();
      const path = folder.file('notes.db');
      writeFileSync(path, '', { mode: 0o600 });
      const file = openSqliteFile(path);
      for (const statement of statements) file.exec(statement);
      file.close();
      const before = readFileSync(path);
      const next = 'Set DATABASE_URL to the one of the gateway, or to a new file.';
      const message =
        `${path} is the database of another program: its tables are not the gateway's. Nothing was ` +
        `changed. ${next}`;
      for (const args of commands) {
        expect(
          await runCommandLine(`sqlite:${path}`, args, { env: { ...env, DATABASE_URL: `sqlite:${path}` } }),
        ).toEqual({ code: 1, out: '', err: `${message}\n` });
      }
      await expect(openDatabase(`sqlite:${path}`)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(readdirSync(folder.path)).toEqual(['notes.db']);
    },
  );

  it('makes no database of an empty file', async () => {
    using folder = createFolder();
    const path = folder.file('g.db');
    writeFileSync(path, '', { mode: 0o600 });
    for (const args of commands) {
      expect(
        await runCommandLine(`sqlite:${path}`, args, { env: { ...env, DATABASE_URL: `sqlite:${path}` } }),
      ).toMatchObject({
        code: 1,
        err: `${path} is empty. The gateway's first start makes it: set DATABASE_URL to the one you mean.\n`,
      });
    }
    expect(readFileSync(path).length).toBe(0);
  });
});
