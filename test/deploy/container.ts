import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { networkSettings } from '../support/processes/npm.js';
import { type Instruction, parsePairs, type Stage } from './dockerfile.js';
import { project, type Ran } from './tools.js';

/**
 * An image, as a container engine makes one of a Dockerfile, made by chroot and mount namespaces: each instruction is
 * carried out or refused. The base image is made of this machine's parts: to build, all of /usr and /etc; to run, Node,
 * its libraries, env and ln.
 */
export interface Image {
  /** The folder that is its root. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly stopSignal: NodeJS.Signals;
  readonly volumes: readonly string[];
}

const basePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why no image can be built here; null: it can. */
export function findObstacle(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  if (!['/usr/bin/npm', '/usr/local/bin/npm'].some((path) => existsSync(path))) return 'npm is not in /usr';
  return spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status === 0 ? null : 'no namespace can be made';
}

/** Builds the last stage in a folder below `work`. Throws with the output of the step that fails. */
export function buildImage(stages: readonly Stage[], work: string): Image {
  const roots = new Map<string, string>();
  let image: Image | null = null;
  for (const [index, stage] of stages.entries()) {
    const root = join(work, `stage-${index}`);
    const isWhole = index < stages.length - 1;
    if (isWhole) makeWholeBase(root);
    else makeSmallBase(root);
    image = buildStage(stage, root, roots, isWhole);
    if (stage.name) roots.set(stage.name, root);
  }
  if (!image) throw new Error('The Dockerfile has no stage.');
  return image;
}

type Draft = { -readonly [Key in keyof Image]: Image[Key] } & { entrypoint: readonly string[] };

function buildStage(
  { instructions }: Stage,
  root: string,
  roots: ReadonlyMap<string, string>,
  isWhole: boolean,
): Image {
  const draft: Draft = {
    root,
    env: { PATH: basePath },
    folder: '/',
    user: '0:0',
    command: [],
    healthcheck: [],
    stopSignal: 'SIGTERM',
    volumes: [],
    entrypoint: [],
  };
  for (const instruction of instructions) carryOut(instruction, draft, roots, isWhole);
  const { entrypoint, command, ...image } = draft;
  return { ...image, command: [...entrypoint, ...command] };
}

function carryOut(instruction: Instruction, draft: Draft, roots: ReadonlyMap<string, string>, isWhole: boolean): void {
  const { name, text, exec } = instruction;
  const command = exec ?? ['/bin/sh', '-c', text];
  if (name === 'COPY') copy(instruction, draft, roots);
  else if (name === 'RUN') runStep(instruction, draft, isWhole);
  else if (name === 'ENV') draft.env = { ...draft.env, ...parsePairs(text) };
  else if (name === 'USER') draft.user = text;
  else if (name === 'VOLUME') draft.volumes = exec ?? text.split(' ');
  else if (name === 'STOPSIGNAL') draft.stopSignal = text as NodeJS.Signals;
  else if (name === 'ENTRYPOINT') draft.entrypoint = command;
  else if (name === 'CMD') draft.command = command;
  else if (name === 'HEALTHCHECK') draft.healthcheck = JSON.parse(text.replace(/^CMD /, '')) as string[];
  else if (name === 'WORKDIR') {
    draft.folder = text;
    mkdirSync(join(draft.root, text), { recursive: true });
  } else if (name !== 'LABEL' && name !== 'EXPOSE') throw new SyntaxError(`${name} is not carried out here`);
}

/** A folder's content, not the folder, is copied; the context is what .dockerignore leaves of the project. */
function copy({ flags, text }: Instruction, { root, folder }: Draft, roots: ReadonlyMap<string, string>): void {
  const words = text.split(' ');
  const target = words.pop()!;
  const to = join(root, target.startsWith('/') ? '' : folder, target);
  const from = flags['from'] === undefined ? project : roots.get(flags['from']);
  if (from === undefined) throw new Error(`No stage is called ${flags['from']}.`);
  for (const word of words) {
    if (from === project && !isInContext(word)) throw new Error(`.dockerignore leaves out ${word}.`);
    const source = join(from, word);
    const isInto = statSync(source).isFile() && (target.endsWith('/') || words.length > 1);
    const made = isInto ? join(to, word) : to;
    cpSync(source, made, { recursive: true, verbatimSymlinks: true });
    check(spawnSync('chown', ['-R', flags['chown'] ?? '0:0', made], { encoding: 'utf8' }), 'chown');
    if (flags['chmod']) check(spawnSync('chmod', ['-R', flags['chmod'], made], { encoding: 'utf8' }), 'chmod');
  }
}

function isInContext(name: string): boolean {
  return readFileSync(join(project, '.dockerignore'), 'utf8').split('\n').includes(`!${name}`);
}

/** What the script mounts below the root, $R, goes with the namespace. */
function runStep({ flags, exec, text }: Instruction, { root, env, folder, user }: Draft, isWhole: boolean): void {
  const script = [
    'set -e',
    ...(isWhole
      ? ['usr', 'etc'].flatMap((name) => [`mount --bind /${name} $R/${name}`, `mount -o remount,bind,ro $R/${name}`])
      : []),
    'mount --rbind /dev $R/dev',
    'mount -t proc proc $R/proc',
    ...mountCache(flags['mount']),
    `exec chroot --userspec=${user} $R /usr/bin/env -C ${folder} "$@"`,
  ].join('\n');
  const given = isWhole ? { ...networkSettings(), PATH: `/node/bin:${env['PATH']}`, HOME: '/root' } : {};
  const args = ['--mount', '--pid', '--fork', 'sh', '-c', script, 'sh', ...(exec ?? ['/bin/sh', '-c', text])];
  const options = {
    env: { ...env, ...given, R: root },
    encoding: 'utf8',
    timeout: 400_000,
    maxBuffer: 64 * 1024 * 1024,
  } as const;
  check(spawnSync('unshare', args, options), text);
}

/** The builder's cache is this machine's own. */
function mountCache(mount: string | undefined): string[] {
  const [, target] = /^type=cache,target=(\S+)$/.exec(mount ?? '') ?? [];
  if (mount !== undefined && target === undefined) throw new SyntaxError(`--mount=${mount} is not carried out here`);
  const own = join(homedir(), '.npm');
  return target === undefined || !existsSync(own) ? [] : [`mkdir -p $R${target}`, `mount --bind ${own} $R${target}`];
}

function makeFolders(root: string, ...folders: readonly string[]): void {
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  chmodSync(root, 0o755);
}

function makeWholeBase(root: string): void {
  makeFolders(root, 'usr', 'etc', 'dev', 'proc', 'root', 'tmp', 'node/bin');
  const linked = ['bin', 'sbin', 'lib', 'lib64'].filter((folder) => existsSync(join('/', folder)));
  for (const name of linked) symlinkSync(join('usr', name), join(root, name));
  copyFileSync(process.execPath, join(root, 'node/bin/node'));
  const npmrc = join(homedir(), '.npmrc');
  if (existsSync(npmrc)) copyFileSync(npmrc, join(root, 'root/.npmrc'));
}

/** Of the C library, which every base image with Node has whole: native modules load them, and the resolver does. */
const cLibraries = [
  'libc.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'libresolv.so.2',
  'librt.so.1',
  'libutil.so.1',
  'libnss_dns.so.2',
  'libnss_files.so.2',
];

/** It has no shell: a step or a start that needs one fails. */
function makeSmallBase(root: string): void {
  makeFolders(root, 'dev', 'etc', 'proc', 'tmp', 'usr/bin', 'usr/local/bin');
  for (const name of ['null', 'urandom']) writeFileSync(join(root, 'dev', name), '');
  copyFileSync('/etc/hosts', join(root, 'etc/hosts'));
  const programs = [
    [process.execPath, '/usr/local/bin/node'],
    ['/usr/bin/env', '/usr/bin/env'],
    ['/bin/ln', '/usr/bin/ln'],
  ] as const;
  for (const [from, to] of programs) {
    copyFileSync(realpathSync(from), join(root, to));
    const { stdout } = spawnSync('ldd', [from], { encoding: 'utf8' });
    const linked = [...stdout.matchAll(/\/\S+/g)].map(([library]) => library);
    const folder = dirname(linked.find((library) => library.endsWith('/libc.so.6')) ?? '/lib/libc.so.6');
    const present = cLibraries.map((name) => join(folder, name)).filter((library) => existsSync(library));
    for (const library of [...linked, ...present]) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
  }
}

function check({ status, stdout, stderr, error }: ReturnType<typeof spawnSync>, step: string): void {
  if (status !== 0)
    throw new Error(`${step}: ${error ? String(error) : `${String(stdout)}${String(stderr)}`.slice(-4000)}`);
}

/** A started image. */
export interface Container {
  readonly output: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Runs a command in it, as its user and with its variables. */
  exec(command: readonly string[]): Ran;
  /** Its first process gets the image's signal, as an engine sends it. */
  stop(): void;
  kill(): void;
}

/**
 * Starts the image with a read-only root, a /tmp in memory and its volume at `volume`, in namespaces of its own for
 * mounts and processes, on this machine's network. A volume that is not there yet is made as the image has it.
 */
export function startContainer(image: Image, volume: string, extra: Readonly<Record<string, string>>): Container {
  const [mountPoint] = image.volumes;
  if (image.volumes.length !== 1 || !mountPoint) throw new Error('The image has another number of volumes than one.');
  if (!existsSync(volume))
    check(spawnSync('cp', ['-a', join(image.root, mountPoint), volume], { encoding: 'utf8' }), 'cp');
  const script = [
    'set -e',
    'mount --bind $R $R',
    'mount -o remount,bind,ro $R',
    `mount --bind ${volume} $R${mountPoint}`,
    'mount -t tmpfs -o mode=1777,size=64m tmpfs $R/tmp',
    'mount -t proc proc $R/proc',
    'mount --bind /dev/null $R/dev/null',
    'mount --bind /dev/urandom $R/dev/urandom',
    `exec chroot --userspec=${image.user} --groups= $R /usr/bin/env -i -C ${image.folder} "$@"`,
  ].join('\n');
  const variables = Object.entries({ ...image.env, ...extra }).map(([name, value]) => `${name}=${value}`);
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh', ...variables, ...image.command];
  const child = spawn('unshare', args, { env: { PATH: basePath, R: image.root }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [user, group] = image.user.split(':');
  return {
    output: () => text,
    ended: new Promise((resolve) => child.once('close', resolve)),
    exec(command) {
      const enter = [
        '--target',
        String(findFirst(child)),
        '--mount',
        '--pid',
        '--root',
        `--setuid=${user}`,
        `--setgid=${group}`,
      ];
      const inside = [...enter, '/usr/bin/env', '-i', '-C', image.folder, ...variables, ...command];
      const { status, stdout, stderr } = spawnSync('nsenter', inside, { encoding: 'utf8', timeout: 60_000 });
      return { status, output: stdout + stderr };
    },
    stop: () => void process.kill(findFirst(child), image.stopSignal),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The process that is number 1 in the container, by its number out here. */
function findFirst({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}
