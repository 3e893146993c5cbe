import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/** Of Jest's `--json`: a file, and its tests. */
interface FileReport {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
}

interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly FileReport[];
}

const folder = mkdtempSync(join(tmpdir(), 'runner-'));
const here = fileURLToPath(new URL('.', import.meta.url));
const config = {
  rootDir: join(here, 'files'),
  // Without what Jest knows of earlier runs the biggest file comes first.
  cacheDirectory: join(folder, 'cache'),
  testMatch: ['<rootDir>/*.js'],
  runner: join(here, 'runner.js'),
  runtime: join(here, 'runtime.js'),
  testEnvironment: join(here, 'environment.js'),
  globals: { isFullRun: true },
  transform: {},
  // Twice that is how long a file may tell of no test, on a loaded machine too.
  testTimeout: 5000,
  workerIdleMemoryLimit: '1GB',
  reporters: [join(here, 'reporter.js')],
};

/** All files of `files`, by Jest in a process of its own. */
function runFiles(...args: readonly string[]) {
  const jest = join(createRequire(import.meta.url).resolve('jest/package.json'), '../bin/jest.js');
  const output = join(folder, 'report.json');
  const options = [`--config=${JSON.stringify(config)}`, '--json', `--outputFile=${output}`, ...args];
  const { status, stdout } = spawnSync(process.execPath, [jest, ...options], { encoding: 'utf8', timeout: 120_000 });
  const { success, numPassedTests, testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const files = new Map(testResults.map((file) => [basename(file.name, '.js'), file]));
  return { status, stdout, success, numPassedTests, files };
}

let run: ReturnType<typeof runFiles>;
beforeAll(() => void (run = runFiles('-w', '1')));
afterAll(() => rmSync(folder, { recursive: true }));

/** The tests of a file that ended so. */
function named(file: string, status: string): readonly string[] {
  const tests = run.files.get(file)?.assertionResults ?? [];
  return tests.filter((test) => test.status === status).map(({ title }) => title);
}

test('a run with failures fails, ends, and closes with its counts', () => {
  expect([run.status, run.success]).toEqual([1, false]);
  expect(run.stdout).toMatch(/^10 passed, 9 failed, 3 skipped$/m);
});

test('hooks, rows, skipped and lone tests are as in Jest', () => {
  expect(run.files.get('passes')).toMatchObject({ status: 'focused', message: '' });
  expect(named('passes', 'passed')).toEqual(['row 1 passes', 'row 2 passes', 'the last one passes']);
  expect([named('passes', 'pending'), named('passes', 'todo')]).toEqual([
    ['a skipped one is not run'],
    ['one is to be written'],
  ]);
  expect([named('only', 'passed'), named('only', 'pending')]).toEqual([['one that runs alone'], ['one beside it']]);
});

test('a file has the globals of the configuration, and no variable that another set', () => {
  expect(run.files.get('follows')).toMatchObject({ status: 'passed', message: '' });
});

test('a failure has its difference, its place and its lines', () => {
  expect(named('fails', 'failed')).toEqual(['one that fails']);
  // With CI set Jest writes it in colours.
  const message = stripVTControlCharacters((run.files.get('fails') as FileReport).message);
  for (const part of ['+   "of": "the file"', "toEqual({ of: 'another' })", 'fails.ts:3:'])
    expect(message).toContain(part);
});

test('a test that takes longer than its time fails, and the next one is run', () => {
  expect(named('waits', 'failed')).toEqual(['one that waits for ever', 'one with a time of its own']);
  expect(named('waits', 'passed')).toEqual(['one that comes later']);
  const { message } = run.files.get('waits') as FileReport;
  for (const time of ['5000 ms', '10 ms']) expect(message).toContain(time);
});

test('a hook that throws and a promise nobody awaits fail the test', () => {
  expect(run.files.get('hooks')).toMatchObject({ message: expect.stringContaining('Nothing is prepared.') as string });
  expect(run.files.get('rejects')).toMatchObject({ message: expect.stringContaining('Nobody caught it.') as string });
  expect([named('hooks', 'failed'), named('rejects', 'failed')]).toEqual([
    ['one that is not prepared'],
    ['one whose promise nobody awaits'],
  ]);
});

test.each([
  ['unloadable', 'It cannot be loaded.'],
  ['blocks', 'blocks.js told of no test for 10 s: its process was killed.'],
  ['exits', 'exits.js ended its process, with the code 7.'],
  ['killed', 'killed.js ended its process, by SIGKILL.'],
])('a file that %s has failed, and says why', (name, why) => {
  const file = run.files.get(name);
  expect(file).toMatchObject({ status: 'failed', message: expect.stringContaining(why) as string });
});

test('a file whose turn comes after a killed process has another', () => {
  expect(run.files.get('unharmed')).toMatchObject({ status: 'passed', message: '' });
});
