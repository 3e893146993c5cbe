import { statSync } from 'node:fs';
import { askGateway, type GatewayReady, type GatewayState, timeEach } from './asking.js';
import { fillIndex, nameRepository, registryName, tagsPerRepository } from './fill.js';
import { quantile, serve } from './load.js';
import { report, skip } from './report.js';

const sizes = [1_000, 10_000, 100_000, 1_000_000];
const asked = 60;
const megabyte = 1024 * 1024;

const pageAfter = `query At($after: String) { registry(name: "${registryName}")
  { repositories(first: 20, after: $after) {
  pageInfo { endCursor } nodes { name size tags(first: 10) { nodes { name digest imageId size updatedAt } } } } } }`;
const ordered = `query Ordered($after: String) { registry(name: "${registryName}")
  { repositories(first: 20, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
  pageInfo { endCursor } nodes { name size tags(first: 10) { nodes { name digest imageId size updatedAt } } } } } }`;
const search = 'query Search($text: String!) { search(query: $text, first: 20) { nodes { __typename } } }';

/** What a page and a search cost as the index grows, and what the process weighs. */
export async function benchSize(folder: string): Promise<void> {
  for (const tags of sizes) {
    const file = `${folder}/size-${tags}.db`;
    const began = performance.now();
    await fillIndex(file, { repositories: tags / tagsPerRepository });
    const filled = performance.now() - began;
    await using gateway = await serve<GatewayReady>('./gateway.js', file);
    const { ready } = gateway;
    const isRecord = tags === 100_000;
    const name = tags.toLocaleString('en');
    const byName = await timePages(ready, pageAfter, tags);
    const details = { p50: quantile(byName, 0.5), megabytes: statSync(file).size / megabyte, fillMilliseconds: filled };
    report({
      case: `${name} tags, page p95`,
      value: quantile(byName, 0.95),
      unit: 'ms',
      ...(isRecord && { target: ['<=', 20] as const }),
      ...details,
    });
    const byDate = await timePages(ready, ordered, tags).catch(() => null);
    if (byDate)
      report({
        case: `${name} tags, page by date p95`,
        value: quantile(byDate, 0.95),
        unit: 'ms',
        p50: quantile(byDate, 0.5),
      });
    const found = await timeSearches(ready, tags).catch(() => null);
    if (found)
      report({
        case: `${name} tags, search p95`,
        value: quantile(found, 0.95),
        unit: 'ms',
        ...(isRecord && { target: ['<=', 20] as const }),
        p50: quantile(found, 0.5),
      });
    else skip(`${name} tags, search p95`, 'there is no search');
    const { rss } = await gateway.ask<GatewayState>('state');
    report({
      case: `${name} tags, RSS while serving`,
      value: rss / megabyte,
      unit: 'MB',
      ...(isRecord && { target: ['<=', 300] as const }),
    });
  }
}

/**
 * Pages one after the other from the start, then over again with arguments of their own, so that none is a kept answer.
 */
async function timePages(ready: GatewayReady, query: string, tags: number): Promise<number[]> {
  const times: number[] = [];
  let after: string | null = null;
  await timeEach(Array.from({ length: 5 }, (_, unseen) => askGateway(ready, { after: null, unseen, tags }, query)));
  for (let count = 0; count < asked; count++) {
    const { url, headers, body } = askGateway(ready, { after, unseen: count, again: true }, query);
    const began = performance.now();
    const answer = await fetch(url, { method: 'POST', headers, body: body as string });
    const { data, errors } = (await answer.json()) as {
      data: { registry: { repositories: { pageInfo: { endCursor: string | null } } } };
      errors?: unknown;
    };
    times.push(performance.now() - began);
    if (errors) throw new Error(JSON.stringify(errors));
    after = data.registry.repositories.pageInfo.endCursor;
  }
  return times;
}

function timeSearches(ready: GatewayReady, tags: number): Promise<number[]> {
  const step = Math.max(1, Math.floor(tags / tagsPerRepository / asked));
  return timeEach(
    Array.from({ length: asked }, (_, count) =>
      askGateway(ready, { text: nameRepository(count * step).slice(3, 17) }, search),
    ),
  );
}
