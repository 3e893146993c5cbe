import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { print } from 'graphql';
import { listPages } from '../support/content/pages.js';
import { type GatewayProcess, startCommand } from '../support/processes/gateway.js';
import { program } from '../support/processes/program.js';
import { until } from '../support/timer.js';

const run = promisify(execFile);

interface Facts {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: { readonly cost: { readonly requested: number; readonly limit: number } };
}

const folder = mkdtempSync(join(tmpdir(), 'examples-'));
let demo: GatewayProcess;
let facts: Facts;
beforeAll(async () => {
  demo = startCommand(folder, { TMPDIR: folder }, [process.execPath, program, 'demo', '--json'], false);
  await until(() => demo.output().endsWith('}\n') || demo.child.exitCode !== null, 60);
  facts = JSON.parse(demo.output()) as Facts;
});
afterAll(async () => {
  demo.child.kill('SIGTERM');
  await demo.ended();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(query: string, operationName: string, variables: object): Promise<Answer> {
  const { url, username, token } = facts;
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-access-token': `${username}:${token}` },
    body: JSON.stringify({ query, operationName, variables }),
  });
  return (await answer.json()) as Answer;
}

const place = { registry: 'local', repository: 'library/alpine' };

test.each(listPages().map((page) => [page.name, page] as const))(
  'the page %s is one request, without an error, and costs less than is allowed',
  async (name, { document, variables: wanted }) => {
    const { data: jobs } = await ask(
      'query J { jobs(first: 1, filter: { kinds: [CRAWL] }) { nodes { id } } }',
      'J',
      {},
    );
    const found = await ask(
      'query R { repositories(first: 1, orderBy: { field: TAG_COUNT, direction: DESC }) ' +
        '{ nodes { name registry { name } latestTag { name } } } }',
      'R',
      {},
    );
    const { nodes } = found.data!['repositories'] as {
      nodes: [{ name: string; registry: { name: string }; latestTag: { name: string } }];
    };
    const [{ name: repository, registry, latestTag }] = nodes;
    const variables = {
      ...place,
      registry: registry.name,
      repository,
      tag: latestTag.name,
      name: registry.name,
      text: repository,
      base: `${registry.name}/${repository}:${latestTag.name}`,
      head: `${registry.name}/library/busybox:1.35`,
      id: (jobs!['jobs'] as { nodes: [{ id: string }] }).nodes[0].id,
    };
    const given = Object.fromEntries(Object.entries(variables).filter(([key]) => wanted.has(key)));
    const { data, errors, extensions } = await ask(print(document), name, given);
    expect([errors, Object.values(data ?? {}).every((value) => value !== null)]).toEqual([undefined, true]);
    expect(extensions!.cost.requested).toBeLessThan(extensions!.cost.limit);
  },
);

test('the client that examples/ has lists, searches, plans, deletes, follows the job and puts back', async () => {
  const { stdout } = await run(process.execPath, [
    'examples/client/main.ts',
    facts.url,
    facts.username,
    facts.password,
  ]);
  expect(stdout.split('\n').map((line) => line.replaceAll(/\d+/g, 'N'))).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^The largest of N repositories:$/),
      expect.stringMatching(/^A search for \S+ finds: N REGISTRY, N REPOSITORY, N TAG, N IMAGE$/),
      expect.stringMatching(/^To delete \S+ takes N manifests away, and gives N bytes back\.$/),
      'The job SUCCEEDED: N tag is gone, which a cache takes out by its id.',
      expect.stringMatching(/^\S+ is back on shaN:\w+\.$/),
    ]),
  );
}, 60_000);

test('its documents and types are those of the schema and the pages, and the compiler takes it', async () => {
  await run(process.execPath, ['scripts/examples.mjs', '--check']);
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples/client']);
}, 60_000);
