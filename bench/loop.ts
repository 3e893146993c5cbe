import { CompiledQuery } from 'kysely';
import { openDatabase } from '../src/store/database/database.js';
import { askGateway, type GatewayReady, type GatewayState } from './asking.js';
import { fillIndex, registryName } from './fill.js';
import { serve } from './load.js';
import { report } from './report.js';

const tags = 100_000;
const repository = 'big/ci';

const inRepository = (fields: string): string =>
  `{ registry(name: "${registryName}") { repository(name: "${repository}") { ${fields} } } }`;
const twenty = (write: (at: number) => string): string =>
  Array.from({ length: 20 }, (_, at) => `a${at}: ${write(at)}`).join(' ');
const page =
  'nodes { name digest imageId size updatedAt reference image { digest kind mediaType platforms { os labels { key ' +
  'value } } } }';

/** What is dear, each at the size that one operation may have. */
const questions: Readonly<Record<string, string>> = {
  'filter by version, counted': inRepository(
    twenty((at) => `tags(first: 1, filter: { semver: ">=1.${at} <2" }) { totalCount }`),
  ),
  'filter by pattern, counted': inRepository(
    twenty((at) => `tags(first: 1, filter: { glob: "*${at}*${at}*" }) { totalCount }`),
  ),
  'filter by part of a name, counted': inRepository(
    twenty((at) => `tags(first: 1, filter: { nameContains: "${'a'.repeat(100)}${at}" }) { totalCount }`),
  ),
  'filter by label': inRepository(
    twenty((at) => `tags(first: 100, filter: { label: { key: "k", value: "${at}" } }) { nodes { name } }`),
  ),
  'filter by platform': inRepository(
    twenty(
      (at) => `tags(first: 100, filter: { platform: { os: "linux", architecture: "a${at}" } }) { nodes { name } }`,
    ),
  ),
  'order by size': inRepository(
    twenty(() => 'tags(first: 5, orderBy: { field: SIZE, direction: DESC }) { nodes { name } }'),
  ),
  'search for a long word': `{ search(query: "${'a'.repeat(119)}", first: 100) { totalCount nodes { __typename } } }`,
  'search for many words':
    `{ search(query: "${Array.from({ length: 50 }, () => 'aaa').join(' ')}", first: 100) { ` +
    'totalCount nodes { __typename } } }',
  'layers, and their unique size': inRepository('uniqueSize layers { digest size createdBy }'),
  'siblings of a page': inRepository('tags(first: 100) { nodes { name siblingCount siblings(first: 5) { name } } }'),
  'a page of pages':
    `{ registry(name: "${registryName}") { repositories(first: 50) { nodes { name tags(first: 10) ` +
    `{ ${page} } } } } }`,
};

const ofAll = `registry: "${registryName}", rules: [{ repository: "*"`;
const previews: Readonly<Record<string, string>> = {
  'retention of a registry': `{ registryRetentionPreview(${ofAll}, keepLast: 5 }]) { goingTagCount keptTagCount } }`,
  'protection of a registry': `{ protectionPreview(${ofAll}, tag: "*9" }]) { protectedTagCount } }`,
};

/** How long each holds the event loop, and what it takes, on an index with 100,000 tags in one repository. */
export async function benchLoop(folder: string): Promise<void> {
  const file = `${folder}/loop.db`;
  await fillIndex(file, { repositories: 1000 });
  await addLargeRepository(file);
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  for (const [name, query] of Object.entries({ ...questions, ...previews })) {
    // The processes that read are started by the first.
    for (const turn of ['first', 'again']) {
      gateway.tell('reset');
      const began = performance.now();
      const { url, headers, body } = askGateway(gateway.ready, { turn }, query);
      const answer = await fetch(url, { method: 'POST', headers, body: body as string });
      const text = await answer.text();
      const milliseconds = performance.now() - began;
      const { delayMax } = await gateway.ask<GatewayState>('state');
      const codes = [...new Set([...text.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code))];
      report({
        case: `loop held: ${name}, ${turn}`,
        value: delayMax,
        unit: 'ms',
        target: ['<=', 100],
        milliseconds,
        status: answer.status,
        bytes: text.length,
        codes,
      });
    }
  }
}

/** Its names are as long as they may be, with the same letter over and over. */
async function addLargeRepository(file: string): Promise<void> {
  const database = await openDatabase(`sqlite:${file}`);
  const run = (sql: string, ...parameters: unknown[]) =>
    database.kysely.executeQuery(CompiledQuery.raw(sql, parameters));
  const now = Date.now();
  await run(
    `insert into repository (registry_id, name, first_seen_at, tags_confirmed_at, is_settled, tag_count, size,
    updated_at)
     select id, ?, ?, ?, 1, ?, 2000000, ? from registry`,
    repository,
    now,
    now,
    tags,
    now,
  );
  await run(
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ?)
     insert into tag (repository_id, name, sort_key, image_id, first_seen_at, changed_at, updated_at,
     updated_source, confirmed_at)
     select (select id from repository where name = ?), '1.' || i || '.0-' || replace(hex(zeroblob(55)), '0', 'a'),
     printf('%06d', i), i % 10000 + 1, ?, ?, ? + i, 'IMAGE_CONFIG', ? from n`,
    tags,
    repository,
    now,
    now,
    now,
    now,
  );
  await run(
    'insert into repository_image (repository_id, image_id) select distinct repository_id, image_id from tag where ' +
      'repository_id = (select id from repository where name = ?)',
    repository,
  );
  await run('analyze');
  await database.close();
}
