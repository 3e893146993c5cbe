import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWhere, serve } from '../processes/child.js';

/** The registry of go-containerregistry, in memory: it has no settings. */
export interface GgcrRegistry {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

const module = 'github.com/google/go-containerregistry/cmd/registry@v0.22.1';

/** `.tools` of the project, where .ci/run installs it. */
const tools = fileURLToPath(new URL('../../../../.tools/', import.meta.url));

/**
 * The binary, looked for in GGCR_REGISTRY (a path), `.tools`, GOBIN, the bin of each GOPATH, ~/go/bin and PATH; null:
 * there is none. Other programs are called `registry` too, distribution's first of all: it is known by its usage.
 */
export function findGgcr(): string | null {
  const { GGCR_REGISTRY: named, GOBIN, GOPATH = '', PATH = '' } = process.env;
  const folders = [
    tools,
    GOBIN,
    ...GOPATH.split(delimiter).map((path) => path && join(path, 'bin')),
    join(homedir(), 'go', 'bin'),
    ...PATH.split(delimiter),
  ];
  const files = [named, ...folders.map((folder) => folder && join(folder, 'registry'))];
  return files.find((file) => file && existsSync(file) && isGgcr(file)) || null;
}

function isGgcr(file: string): boolean {
  const { stderr } = spawnSync(file, ['-h'], { encoding: 'utf8', timeout: 10_000 });
  return /port to run registry on/.test(stderr ?? '');
}

/** `describe` where the binary is found; elsewhere its tests count as skipped, and one line says how to get it. */
export function describeWithGgcr(name: string, fn: (binary: string) => void): void {
  const binary = findGgcr();
  describeWhere(binary !== null, `its registry is not installed: go install ${module}`, name, () => fn(binary ?? ''));
}

/** Starts it on a free port and waits until it listens. */
export async function startGgcr(binary: string): Promise<GgcrRegistry> {
  const serving = serve(binary, ['-port', '0'], {});
  try {
    const port = await serving.waitFor(/serving on port (\d+)/);
    return { url: `http://127.0.0.1:${port}`, close: serving.kill };
  } catch (error) {
    await serving.kill();
    throw error;
  }
}
