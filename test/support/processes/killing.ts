import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

/**
 * Loaded before a program (`node --import`): kills it, as a power cut or the kernel does, before step KILL_AT of what
 * it writes, the first being 1. A step is a call that changes a file whose name KILL_FILES fits, or a statement that
 * KILL_STATEMENTS fits.
 */
const { KILL_AT = '', KILL_FILES = '$^', KILL_STATEMENTS = '$^' } = process.env;
const [files, statements] = [new RegExp(KILL_FILES), new RegExp(KILL_STATEMENTS, 'i')];
const watched = new Set<number>();
let steps = 0;

function step(): void {
  if (++steps === Number(KILL_AT)) process.kill(process.pid, 'SIGKILL');
}

type Call = (this: unknown, ...args: unknown[]) => unknown;

function wrap(
  owner: object,
  name: string,
  before: (self: unknown, args: readonly unknown[]) => void,
  after?: (result: unknown, args: readonly unknown[]) => void,
): void {
  const calls = owner as Record<string, Call>;
  const original = calls[name]!;
  calls[name] = function (this: unknown, ...args: unknown[]) {
    before(this, args);
    const result = original.apply(this, args);
    after?.(result, args);
    return result;
  };
}

const fits = (path: unknown): boolean => typeof path === 'string' && files.test(basename(path));
for (const name of ['renameSync', 'rmSync', 'chmodSync', 'chownSync', 'writeFileSync'])
  wrap(fs, name, (_self, [path]) => fits(path) && step());
const writes = (flags: unknown): boolean => typeof flags === 'string' && /[wa]/.test(flags);
wrap(
  fs,
  'openSync',
  (_self, [path, flags]) => fits(path) && writes(flags) && step(),
  (fd, [path, flags]) => fits(path) && writes(flags) && watched.add(fd as number),
);
for (const name of ['writeSync', 'fsyncSync']) wrap(fs, name, (_self, [fd]) => watched.has(fd as number) && step());
syncBuiltinESMExports();

const Driver = createRequire(import.meta.url)('better-sqlite3') as new (path: string) => {
  prepare(text: string): object;
};
const statement = Object.getPrototypeOf(new Driver(':memory:').prepare('select 1')) as object;
for (const name of ['run', 'all', 'get', 'iterate'])
  wrap(statement, name, (self) => statements.test((self as { source: string }).source) && step());
