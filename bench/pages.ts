import { join } from 'node:path';
import { type DocumentNode, print, visit } from 'graphql';
import { listPages } from '../test/support/content/pages.js';
import { openFilled } from './filled.js';
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

interface Sampled {
  readonly nodes: readonly { readonly name: string; readonly latestTag: { readonly name: string } }[];
}

async function benchShape(
  folder: string,
  shape: { readonly repositories: number; readonly tagsEach: number },
  target?: Result['target'],
): Promise<void> {
  const file = join(folder, `pages-${shape.repositories}.db`);
  await fillIndex(file, shape);
  const { ask, close } = await openFilled(file);
  const sample = `{ repositories(first: 1, offset: 500) { nodes { name latestTag { name digest } } } }`;
  const { data } = (await ask(sample)).json<{ data: { repositories: Sampled } }>();
  const { nodes } = data.repositories;
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
      const began = performance.now();
      const response = await ask(query, variables);
      const milliseconds = performance.now() - began;
      const answer = response.json<{ errors?: unknown }>();
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
