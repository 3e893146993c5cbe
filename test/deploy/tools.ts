import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWhere } from '../support/processes/child.js';

/** The project's folder, with a slash. */
export const project = fileURLToPath(new URL('../../../', import.meta.url));

/** Where .ci/run installs the packages of .ci/python.txt. */
const bin = join(project, '.tools/python/bin');

export interface Ran {
  readonly status: number | null;
  /** Both streams. */
  readonly output: string;
}

/** Runs one of the tools of .ci/python.txt in the project's folder, with these variables and PATH alone. */
export function runTool(tool: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  return run(join(bin, tool), args, env);
}

export function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: project,
    env: { PATH, ...env },
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, output: error ? String(error) : stdout + stderr };
}

/** `describe` where .ci/run has installed the tool. */
export function describeWithTool(tool: string, name: string, fn: () => void): void {
  describeWhere(existsSync(join(bin, tool)), `${tool} is not installed in .tools/python, as .ci/run does`, name, fn);
}

/** The documents of YAML files, read by YAML 1.1's rules as Kubernetes and Compose do. */
export function readYaml<T>(...files: readonly string[]): T[] {
  const script =
    'import json, sys, yaml; print(json.dumps([d for f in sys.argv[1:] for d in yaml.safe_load_all(open(f))]))';
  const { status, output } = runTool('python', ['-c', script, ...files.map((file) => join(project, file))]);
  if (status !== 0) throw new Error(output);
  return JSON.parse(output) as T[];
}

export function readProject(file: string): string {
  return readFileSync(join(project, file), 'utf8');
}
