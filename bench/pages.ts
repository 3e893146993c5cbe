import { join } from 'node:path';
import { type DocumentNode, print, visit } from 'graphql';
import { createApp } from '../src/app.js';
import { createLogger } from '../src/log.js';
import { listPages } from '../test/support/content/pages.js';
import { fillIndex, registryName } from './fill.js';
import { report, type Result } from './report.js';

/** Times that each page is asked for, after some that are not counted. */
const [rounds, warmUps] = [40, 5];

/**
 * Each page of a frontend that examples/ has, at 100,000 tags: from a request to its answer, in this process, without
 * answers that are kept, and without configs, which the registry is asked for.
 */
export async function benchPages(folder: string): Promise<void> {
  await benchShape(folder, { repositories: 1000, tagsEach: 100 }, ['<=', 20]);
  await benchShape(folder, { repositories: 10_000, tagsEach: 10 });
}

async function benchShape(
  folder: string,
  shape: { readonly repositories: number; readonly tagsEach: number },
  target?: Result['target'],
): Promise<void> {
  const file = join(folder, `pages-${shape.repositories}.db`);
  await fillIndex(file, shape);
  const { ask, close } = await openGateway(file);
  const sample = `{ repositories(first: 1, offset: 500) { nodes { name latestTag { name digest } } } }`;
  const { body } = await ask(sample, {});
  const { nodes } = body.data!['repositories'] as { nodes: { name: string; latestTag: { name: string } }[] };
  const [{ name: repository, latestTag } = { name: '', latestTag: { name: '' } }] = nodes;
  const reference = `${registryName}/${repository}:${latestTag.name}`;
  const variables = {
    registry: registryName,
    repository,
    tag: latestTag.name,
    name: registryName,
    text: repository,
    base: reference,
    head: reference,
  };
  for (const { name, document } of listPages()) {
    if (name === 'FollowJob') continue;
    const query = print(leaveOutConfig(document));
    const times: number[] = [];
    for (let at = -warmUps; at < rounds; at++) {
      const { milliseconds, body: answer } = await ask(query, variables);
      if (answer.errors) throw new Error(`${name}: ${JSON.stringify(answer.errors).slice(0, 500)}`);
      if (at >= 0) times.push(milliseconds);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    report({
      case: `a page at 100,000 tags in ${shape.repositories.toLocaleString('en')} repositories: ${name}`,
      value: at(0.95),
      unit: 'ms, p95',
      ...(target && { target }),
      median: at(0.5),
    });
  }
  await close();
}

function leaveOutConfig(document: DocumentNode): DocumentNode {
  return visit(document, { Field: ({ name }) => (name.value === 'config' ? null : undefined) });
}

interface Asked {
  readonly milliseconds: number;
  readonly body: { readonly data?: Record<string, unknown>; readonly errors?: unknown };
}

/** A gateway on the index of a file; `ask` has each answer made anew. */
async function openGateway(file: string): Promise<{
  readonly ask: (query: string, variables: object) => Promise<Asked>;
  readonly close: () => Promise<void>;
}> {
  const app = await createApp({
    databaseUrl: `sqlite:${file}`,
    loadKey: () => new Uint8Array(32).fill(7),
    admin: { username: 'admin', password: 'a good password' },
    allowedOrigins: [],
    logger: await createLogger('silent'),
    searchCpu: 60,
    httpLimits: { requests: 1_000_000 },
  });
  const login = await app.server.inject({
    method: 'POST',
    url: '/auth/login',
    payload: { username: 'admin', password: 'a good password' },
  });
  const { auth_token: token } = login.json<{ auth_token: string }>();
  let round = 0;
  const ask = async (query: string, variables: object): Promise<Asked> => {
    const began = performance.now();
    const answer = await app.server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: `# ${round++}\n${query}`, variables },
      headers: { 'x-access-token': `admin:${token}` },
    });
    const milliseconds = performance.now() - began;
    return { milliseconds, body: answer.json<Asked['body']>() };
  };
  return { ask, close: () => app.close() };
}
