import { join } from 'node:path';
import { type DocumentNode, print, visit } from 'graphql';
import { listPages } from '../test/support/content/pages.js';
import { readCpu } from '../test/support/measured/meter.js';
import { type FilledGateway, openFilled } from './filled.js';
import { fillIndex, registryName } from './fill.js';
import { quantile } from './load.js';
import { report, type Result } from './report.js';

/** Times that each page is asked for, after some that are not counted. */
const [rounds, warmUps] = [80, 20];
/** Rounds of documents that nobody asked before: with them, nothing gets warm. */
const roundsAnew = 20;

interface Shape {
  readonly repositories: number;
  readonly tagsEach: number;
}

/**
 * Each page of a frontend that examples/ has, at 100,000 tags: from a request to its answer, in this process, without
 * answers that are kept, and without configs, which the registry is asked for. A frontend's text is the same each time,
 * and its variables are others; beside it stands what a text takes that was never asked before.
 */
export async function benchPages(folder: string): Promise<void> {
  await benchShape(folder, { repositories: 1000, tagsEach: 100 }, ['<=', 20]);
  await benchShape(folder, { repositories: 10_000, tagsEach: 10 });
}

async function benchShape(folder: string, shape: Shape, target?: Result['target']): Promise<void> {
  const file = join(folder, `pages-${shape.repositories}.db`);
  await fillIndex(file, shape);
  const gateway = await openFilled(file);
  const asked = await listVariables(gateway);
  const of = `a page at 100,000 tags in ${shape.repositories.toLocaleString('en')} repositories`;
  for (const { name, document } of listPages()) {
    if (name === 'FollowJob') continue;
    const query = print(leaveOutConfig(document));
    const again = await time(name, asked.slice(0, warmUps + rounds), (one) => gateway.askAgain(query, one));
    const anew = await time(name, asked.slice(-warmUps - roundsAnew), (one) => gateway.ask(query, one));
    report({
      case: `${of}: ${name}`,
      value: again.p95,
      unit: 'ms, p95',
      ...(target && { target }),
      median: again.median,
      cpu: again.cpu,
      textNeverAsked: anew.median,
      textNeverAskedP95: anew.p95,
    });
  }
  await gateway.close();
}

interface Sampled {
  readonly nodes: readonly { readonly name: string; readonly latestTag: { readonly name: string } }[];
}

/** Those of each round: another repository, another tag, another row that a list begins at. */
async function listVariables({ ask }: FilledGateway): Promise<readonly object[]> {
  const sample = `{ repositories(first: ${warmUps + rounds}, offset: 500) { nodes { name latestTag { name } } } }`;
  const { data } = (await ask(sample)).json<{ data: { repositories: Sampled } }>();
  return data.repositories.nodes.map(({ name: repository, latestTag }, at) => {
    const reference = `${registryName}/${repository}:${latestTag.name}`;
    const page = { registry: registryName, repository, tag: latestTag.name, name: registryName, text: repository };
    return { ...page, base: reference, head: `${registryName}/${repository}:v1.0.1`, offset: at };
  });
}

/**
 * Milliseconds on the clock, and in the mean of CPU of all threads and of the processes that read. The first requests
 * warm up, and are not counted.
 */
async function time(
  name: string,
  asked: readonly object[],
  ask: (variables: object) => ReturnType<FilledGateway['ask']>,
) {
  const times: number[] = [];
  let cpu = 0;
  for (const [at, variables] of asked.entries()) {
    const [began, before] = [performance.now(), readCpu()];
    const response = await ask(variables);
    if (at >= warmUps) {
      times.push(performance.now() - began);
      cpu += readCpu() - before;
    }
    const answer = response.json<{ errors?: unknown }>();
    if (answer.errors) throw new Error(`${name}: ${JSON.stringify(answer.errors).slice(0, 500)}`);
  }
  return { p95: quantile(times, 0.95), median: quantile(times, 0.5), cpu: cpu / times.length };
}

function leaveOutConfig(document: DocumentNode): DocumentNode {
  return visit(document, { Field: ({ name }) => (name.value === 'config' ? null : undefined) });
}
