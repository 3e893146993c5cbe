import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../support/servers/distribution.js';
import { buildImage } from '../support/content/images.js';
import { type GatewayProcess, startCommand } from '../support/processes/gateway.js';
import { program } from '../support/processes/program.js';
import { push } from '../support/content/push.js';
import { until } from '../support/timer.js';

let folder: string;
let temporary: string;
const running: GatewayProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  temporary = join(folder, 'temporary');
  mkdirSync(temporary);
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(options: readonly string[] = [], env: Record<string, string> = {}): GatewayProcess {
  const demo = startCommand(
    folder,
    { TMPDIR: temporary, ...env },
    [process.execPath, program, 'demo', ...options],
    false,
  );
  running.push(demo);
  return demo;
}

/** Everything it prints, when its last line is there. */
async function readWords(demo: GatewayProcess): Promise<string> {
  await until(() => demo.output().includes('tag restore') || demo.child.exitCode !== null, 60);
  return demo.output();
}

async function stop(demo: GatewayProcess, signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
  demo.child.kill(signal);
  return demo.ended();
}

interface Facts {
  readonly url: string;
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

async function readFacts(demo: GatewayProcess): Promise<Facts> {
  await until(() => demo.output().endsWith('}\n') || demo.child.exitCode !== null, 60);
  return JSON.parse(demo.output()) as Facts;
}

const ask = async ({ url, username, token }: Facts, query: string): Promise<unknown> => {
  const headers = { 'content-type': 'application/json', 'x-access-token': `${username}:${token}` };
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).json();
};

describeWith('curl', 'the demo, as its own words say', () => {
  test('every curl line it prints gives what is documented', async () => {
    const demo = start();
    const lines = (await readWords(demo))
      .split('\n')
      .flatMap((line) => (line.startsWith('  curl ') ? [line.trim()] : []));
    const answers = lines.map((line) => execFileSync('sh', ['-c', line], { encoding: 'utf8' }));
    expect(await stop(demo)).toBe(0);

    const [query, past, list, one, repositories, repository, deleted, login, attached, detached] = answers;
    expect(JSON.parse(query!)).toMatchObject({
      data: { registries: [{ name: 'local', repositories: { nodes: [{ name: 'charts/app' }, {}, {}] } }] },
    });
    expect(JSON.parse(past!)).toMatchObject({
      data: {
        registry: {
          protection: [{ repository: 'team/*', tag: '1.*' }],
          tagHistory: {
            nodes: expect.arrayContaining([
              expect.objectContaining({ tag: 'pr-17' }),
              expect.objectContaining({ tag: 'main' }),
            ]),
          },
        },
        retentionPreview: {
          plan: { tags: [{ name: '2024.07' }] },
          kept: [{ tag: { name: '2024.08' }, reasons: ['LAST'] }],
        },
      },
    });
    const local = {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'local',
      addr: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    };
    expect(JSON.parse(list!)).toEqual([local]);
    expect(JSON.parse(one!)).toEqual(local);
    expect((JSON.parse(repositories!) as { name: string }[]).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['library/busybox', 'library/registry', 'team/app']),
    );
    expect(JSON.parse(repository!)).toMatchObject({
      name: 'library/registry',
      namespace: 'library',
      repository: 'registry',
      tags: expect.arrayContaining([{ ID: expect.stringMatching(/^[0-9a-f]{64}$/), Name: 'latest' }]),
      size: expect.any(Number),
    });
    for (const answer of [deleted, attached, detached]) expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(JSON.parse(login!)).toEqual({
      auth_token: expect.stringMatching(/^rgw_/),
      user_agent: expect.stringMatching(/^curl/),
    });
    expect(answers).toHaveLength(10);
  });

  test('the lines for the command line list, preview, and put back the tag that was deleted', async () => {
    const demo = start();
    const words = await readWords(demo);
    const lines = words
      .slice(words.indexOf('  export '))
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    const [set = '', define = '', ...commands] = lines;
    const out = commands.map((line) =>
      execFileSync('sh', ['-c', [set, define, line].join('\n')], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folder },
      }),
    );
    expect(out).toHaveLength(4);
    expect(out[0]).toContain('local/platform/billing/api\t');
    expect(out[1]).toMatch(/^1\.10\.0\t/m);
    expect(out[2]).toContain('2024.07');
    expect(out[3]).toContain('pr-17');
    expect(await stop(demo)).toBe(0);
  });
});

describe('the demo', () => {
  test('has a database of its own in a temporary folder, and leaves neither when it is stopped by Ctrl-C', async () => {
    const database = join(folder, 'gateway.db');
    const demo = start(['--json'], {
      DATABASE_URL: `sqlite:${database}`,
      SECRET_KEY: 'too short',
      HTTP_PROXY: 'http://192.0.2.1:1',
      HOST: '0.0.0.0',
    });
    const facts = await readFacts(demo);
    expect(facts).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      registry: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      username: 'admin',
      password: expect.stringMatching(/^[\w-]{16}$/),
      token: expect.stringMatching(/^rgw_/),
    });
    const [made = ''] = readdirSync(temporary);
    expect(made).toMatch(/^registry-gateway-demo-/);
    expect(statSync(join(temporary, made)).mode & 0o777).toBe(0o700);
    expect(await stop(demo, 'SIGINT')).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync(database)).toBe(false);
  });

  test('takes pushes to its registry, and shows them', async () => {
    const demo = start(['--json']);
    const facts = await readFacts(demo);
    await push(facts.registry, 'mine', 'v1', buildImage({ layers: [{ size: 5000 }] }));
    const { data } = (await ask(facts, '{ registry(name: "local") { id } }')) as { data: { registry: { id: string } } };
    const asked = await ask(
      facts,
      `mutation { refresh(input: { id: "${data.registry.id}" }) { userErrors { message } } }`,
    );
    expect(asked).toMatchObject({ data: { refresh: { userErrors: [] } } });
    let text = '';
    for (let look = 0; look < 200 && !text.includes('"mine"'); look++) {
      text = JSON.stringify(
        await ask(facts, '{ registry(name: "local") { repositories(first: 20) { nodes { name } } } }'),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(text).toContain('"mine"');
    expect(await stop(demo)).toBe(0);
  });

  test.each([
    [['--port', 'http'], 64, "option '--port <port>' argument 'http' is invalid. It must be a number from 0 to 65535"],
    [['--port', '65536'], 64, 'It must be a number from 0 to 65535'],
  ])('%j is refused', async (options, code, sentence) => {
    const demo = start(options);
    expect(await demo.ended()).toBe(code);
    expect(demo.output()).toContain(sentence);
  });

  test('says so where it may make no folder, and what to set', async () => {
    const demo = start([], { TMPDIR: join(folder, 'nowhere') });
    expect(await demo.ended()).toBe(78);
    expect(demo.output()).toContain(`TMPDIR: no folder can be made in ${join(folder, 'nowhere')} (ENOENT).`);
  });

  test('leaves nothing where it is ended before it listens', async () => {
    const demo = start();
    await until(() => readdirSync(temporary).length > 0, 60);
    expect(await stop(demo, 'SIGINT')).toBe(0);
    expect(demo.output()).toBe('');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('the demo on a port that is taken says which, how to take another, and leaves nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const demo = start(['--port', String(port)]);
    expect(await demo.ended()).toBe(78);
    expect(demo.output()).toBe(
      `The demo cannot listen on 127.0.0.1:${port} (EADDRINUSE). Choose another port: registry-gateway demo ` +
        `--port 4001\n`,
    );
    expect(readdirSync(temporary)).toEqual([]);
    other.close();
  });
});
