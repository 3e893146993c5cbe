import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createFolder } from './store/files.js';
import { describeWhere } from './support/processes/child.js';
import { buildImage } from './support/content/images.js';
import { createNpm, findPackageObstacle } from './support/processes/npm.js';
import { type GatewayProcess, startCommand } from './support/processes/gateway.js';
import { seed } from './support/content/push.js';
import { createMemoryRegistry } from './support/registry/server.js';
import { until } from './support/timer.js';
import { isFullRun, rows } from './support/run/amount.js';

/** npm fetches and installs all packages anew, which takes minutes. */
const inFull = isFullRun ? it : it.skip;

const project = resolve('.');
const bin = resolve('bin/registry-gateway.cjs');
const json = { 'content-type': 'application/json' };
/** Node as this test's own, and npm as it is. */
const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);

beforeAll(() => {
  if (!isBuilt()) execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'pipe' });
});

/** True where a build is younger than all that it is made of. */
function isBuilt(): boolean {
  if (!existsSync('dist/main.js')) return false;
  const builtAt = statSync('dist/main.js').mtimeMs;
  const ofFolders = ['src', 'scripts'].flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ]);
  return [...ofFolders, 'package-lock.json', 'tsconfig.json'].every((path) => statSync(path).mtimeMs < builtAt);
}

async function logIn(url: string): Promise<Record<string, string>> {
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: '{"username":"admin","password":"a good password"}',
  });
  const { auth_token: token } = (await login.json()) as { auth_token: string };
  return { ...json, 'x-access-token': `admin:${token}` };
}

const crawls = JSON.stringify({ query: '{ registry(name: "r") { lastCrawl { state } } }' });

/** A request that waits for its registry while `stop` is called; how it and the process ended. */
async function stopInFlight(
  gateway: GatewayProcess,
  stop: () => void,
): Promise<{ status: number; code: number | null; url: string }> {
  await using registry = await createMemoryRegistry({ delayMs: 300 });
  seed(registry.store, 'app', 'v1', buildImage());
  const url = await gateway.listening();
  const access = await logIn(url);
  await fetch(`${url}/api/registries`, {
    method: 'POST',
    headers: access,
    body: JSON.stringify({ name: 'r', addr: registry.url }),
  });
  // The first crawl has ended: whoever asks while one is under way is given what that finds.
  await until(async () => {
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: access, body: crawls });
    return (await answer.text()).includes('SUCCEEDED');
  });
  registry.forget();
  const inFlight = fetch(`${url}/api/registries/r/repositories`, {
    headers: { ...access, 'cache-control': 'no-cache' },
  });
  await until(() => registry.count('GET', /_catalog/) > 0);
  stop();
  const { status } = await inFlight;
  return { status, code: await gateway.ended(), url };
}

describe('npm start', () => {
  function start(folder: string): GatewayProcess {
    const env = { PATH: path, HOME: folder, ADMIN_PASSWORD: 'a good password', DATABASE_URL: `sqlite:${folder}/g.db` };
    return startCommand(project, env, ['npm', 'start']);
  }

  it('drains when npm is told to end: what is in flight is answered, nothing is left, and the exit code is 0', async () => {
    using folder = createFolder();
    const gateway = start(folder.path);
    const { status, code, url } = await stopInFlight(gateway, () => gateway.child.kill('SIGTERM'));
    expect({ status, code }).toEqual({ status: 200, code: 0 });
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it.each(rows(['SIGTERM', 'SIGINT'] as const, 1))(
    'drains when %s goes to the whole group, and so comes twice',
    async (signal) => {
      using folder = createFolder();
      const gateway = start(folder.path);
      const { status, code } = await stopInFlight(gateway, () => process.kill(-gateway.child.pid!, signal));
      expect({ status, code }).toEqual({ status: 200, code: 0 });
    },
  );

  it('loads some hundred files, most of them parts of one bundle', async () => {
    using folder = createFolder();
    const counting = folder.file('counting.mjs');
    writeFileSync(
      counting,
      `import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      process.on('exit', () => {
        const inPackages = loaded.filter((url) => url.includes('/node_modules/')).length;
        console.error(JSON.stringify({ all: loaded.filter((url) => url.startsWith('file:')).length, inPackages }));
      });`,
    );
    const gateway = startCommand(folder.path, { PATH: path }, [process.execPath, '--import', counting, bin, 'serve']);
    await gateway.listening();
    gateway.child.kill('SIGTERM');
    await gateway.ended();
    const counted = JSON.parse(/\{"all".*\}/.exec(gateway.output())![0]) as { all: number; inPackages: number };
    expect(counted.all).toBeGreaterThan(10);
    expect(counted.all).toBeLessThan(200);
    // OpenTelemetry's API, which tells what would be traced, and the two with compiled code.
    expect(counted.inPackages).toBeLessThan(90);
  });

  it('says once that it listens', async () => {
    using folder = createFolder();
    const gateway = start(folder.path);
    await gateway.listening();
    gateway.child.kill('SIGTERM');
    await gateway.ended();
    expect(gateway.output().match(/listen/gi)).toHaveLength(1);
  });
});

describe('an old Node', () => {
  it('an old Node is told what the gateway needs in one sentence, and the exit code is 78', () => {
    using folder = createFolder();
    const old = folder.file('old.cjs');
    const versions =
      "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } }); Object.defineProperty(process, " +
      "'version', { value: 'v20.20.2' });";
    writeFileSync(old, versions);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', old, bin], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toMatch(/^registry-gateway needs Node\.js 22\.17 or later; this is v20\.20\.2\. .*\n$/);
  });

  it('can read the entry, which says what package.json does', () => {
    const text = readFileSync(bin, 'utf8');
    expect(text).not.toMatch(/=>|`|\b(?:const|let|async|await|class)\b/);
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${/needed = \[(\d+), (\d+)\]/.exec(text)?.slice(1).join('.')}`);
  });
});

describe('npm pack', () => {
  it('gives a package that has what it needs to run, and no tests, sources or source maps', async () => {
    using folder = createFolder();
    const env = { ...process.env, PATH: path };
    const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path], {
      encoding: 'utf8',
      env,
    });
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    const paths = files.map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'bin/registry-gateway.cjs',
        'dist/main.js',
        'dist/page/index.html',
        'dist/licences.txt',
        'docs/running.md',
        'schema.graphql',
        'README.md',
        'package.json',
      ]),
    );
    expect(paths.filter((name) => /\.map$|\.ts$|^(?!bin\/|dist\/|docs\/)[^/]+\//.test(name))).toEqual([]);
    execFileSync('tar', ['-xzf', folder.file(filename), '-C', folder.path]);
    symlinkSync(resolve('node_modules'), folder.file('package/node_modules'));
    const command = folder.file('package/bin/registry-gateway.cjs');
    expect(execFileSync(command, ['--version'], { encoding: 'utf8', env })).toMatch(/^\d+\.\d+\.\d+\n$/);
    const gateway = startCommand(folder.path, { PATH: path }, [command, 'serve']);
    expect((await fetch(`${await gateway.listening()}/livez`)).status).toBe(200);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended()).toBe(0);
  });

  it('a folder that is not built, and has no compiler, says what to do', () => {
    using folder = createFolder();
    execFileSync('cp', ['-r', 'bin', folder.path]);
    const { status, stderr } = spawnSync(process.execPath, [folder.file('bin/registry-gateway.cjs')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 78,
      stderr: `registry-gateway is not built. In ${folder.path}, run: npm ci && npm run build\n`,
    });
  });
});

const obstacle = findPackageObstacle(path);
describeWhere(obstacle === null, obstacle ?? '', 'with the packages that npm installs', () => {
  /**
   * It answers through the packages that do the work: the database, password hashes, GraphQL and the explorer's files.
   */
  async function expectAnswers(gateway: GatewayProcess): Promise<string> {
    const url = await gateway.listening();
    const headers = await logIn(url);
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: '{"query":"{ viewer { username } registries { name } }"}',
    });
    expect(await answer.json()).toMatchObject({ data: { viewer: { username: 'admin' }, registries: [] } });
    expect((await fetch(`${url}/explorer/documentation.html`)).status).toBe(200);
    return url;
  }

  inFull(
    'a built tree starts on those of npm ci --omit=dev',
    async () => {
      using folder = createFolder();
      const npm = createNpm(folder.path, path);
      const tree = folder.file('tree');
      mkdirSync(tree);
      for (const name of ['bin', 'dist', 'package.json', 'package-lock.json', '.npmrc'])
        cpSync(name, resolve(tree, name), { recursive: true });
      npm.run(tree, 'ci', '--omit=dev', '--prefer-offline');
      expect(
        ['node', 'typescript', 'jest', 'react'].filter((name) =>
          readdirSync(resolve(tree, 'node_modules')).includes(name),
        ),
      ).toEqual([]);
      const gateway = startCommand(tree, { ...npm.env, ADMIN_PASSWORD: 'a good password' }, ['npm', 'start']);
      await expectAnswers(gateway);
      gateway.child.kill('SIGTERM');
      expect(await gateway.ended()).toBe(0);
      expect(gateway.output()).not.toMatch(/Building|warn/i);
      expect(existsSync(resolve(tree, 'data/gateway.db'))).toBe(true);
    },
    240_000,
  );

  inFull(
    'npx runs the package that npm pack makes: its help, and a gateway that ends with it',
    async () => {
      using folder = createFolder();
      const npm = createNpm(folder.path, path);
      npm.run(project, 'pack', '--ignore-scripts', '--pack-destination', folder.path);
      // npm takes the next folder above that has a package for the place it is in.
      writeFileSync(resolve(folder.path, 'package.json'), '{}');
      const tarball = `./${readdirSync(folder.path).find((name) => name.endsWith('.tgz'))}`;
      const help = npm.run(folder.path, 'exec', '--yes', '--prefer-offline', '--', tarball, '--help');
      expect(help).toMatch(/^Usage: registry-gateway /);
      const gateway = startCommand(folder.path, { ...npm.env, ADMIN_PASSWORD: 'a good password' }, [
        'npx',
        '--yes',
        tarball,
        'serve',
      ]);
      const url = await expectAnswers(gateway);
      // As Ctrl-C does. npx starts it by a shell, which the signal ends at once: the gateway drains behind.
      process.kill(-gateway.child.pid!, 'SIGINT');
      await until(() =>
        fetch(`${url}/livez`).then(
          () => false,
          () => true,
        ),
      );
      expect(gateway.output()).toContain('finishing what is in flight');
    },
    240_000,
  );
});
