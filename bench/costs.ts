import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { openDatabase } from '../src/store/database/database.js';
import { fillStacks } from '../src/store/pruning/missingstacks.js';
import { readCpu } from '../test/support/measured/meter.js';
import { openFilled } from './filled.js';
import { fillIndex, registryName } from './fill.js';
import { report } from './report.js';

/** Times that each operation is run; the median counts. */
const rounds = 5;
const bigTags = 100_000;

const baseDigest = `sha256:${'ba5e'.repeat(16)}`;

/** One more registry, `big`, with one repository of 100,000 tags on as many images. */
export async function addBig(file: string): Promise<void> {
  const database = await openDatabase(`sqlite:${file}`);
  const run = (sql: string, ...parameters: unknown[]) =>
    database.kysely.executeQuery(CompiledQuery.raw(sql, parameters));
  const now = Date.now();
  await run(`insert into registry (id, name, addr, created_at, indexed_at, names_confirmed_at, max_age)
    select '0190c3a0-0000-7000-8000-00000000b16b', 'big', addr || '/', created_at, indexed_at, names_confirmed_at,
    max_age from registry limit 1`);
  await run(
    `insert into repository (registry_id, name, first_seen_at, tags_confirmed_at, is_settled, tag_count, size,
    updated_at)
     values ('0190c3a0-0000-7000-8000-00000000b16b', 'big', ?, ?, 1, ${bigTags}, 1, ?)`,
    now,
    now,
    now,
  );
  await run(
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${bigTags})
     insert into tag (repository_id, name, sort_key, image_id, first_seen_at, changed_at, updated_at,
     updated_source, confirmed_at)
     select (select id from repository where name = 'big'), 'v1.' || (i / 100) || '.' || (i % 100), printf('%08d',
     i), i + 1, ?, ?, ? + i, 'IMAGE_CONFIG', ? from n`,
    now,
    now,
    now,
    now,
  );
  await run(
    'insert into repository_image (repository_id, image_id) select distinct repository_id, image_id from tag where ' +
      `repository_id = (select id from repository where name = 'big')`,
  );
  // All images are built on one, by their lowest layer.
  await run(
    `insert into image (digest, kind, media_type, manifest_size, size, labels, annotations, history,
    config_state, first_seen_at) values ('${baseDigest}', 'image', 'm', 800, 900000, '{}', '{}', '[]', 'read', ?)`,
    now,
  );
  await run(`insert into image_blob (image_id, position, blob_id, media_type, size)
    select id, 1, 1, 'application/vnd.oci.image.layer.v1.tar+gzip', 900000 from image where digest = '${baseDigest}'`);
  await run(
    `insert into repository_image (repository_id, image_id) select 1, id from image where digest = '${baseDigest}'`,
  );
  const before = readCpu();
  for await (const step of fillStacks(database)) if (step.removed > 0) break;
  report({ case: '100,000 images: stacks are worked out', value: readCpu() - before, unit: 'ms CPU' });
  // Each image has the label that is looked for: all of them are to be put in order then.
  await run(`update image set labels = '{"maintainer":"team","a":"b"}'`);
  await run('analyze');
  await database.close();
}

const inBig = (fields: string): string => `{ repository(registry: "big", name: "big") { ${fields} } }`;
const ofBase = (fields: string): string => `{ image(digest: "${baseDigest}") { platforms { ${fields} } } }`;
/** Each asks for one dear thing, beside next to nothing else. */
const operations: Readonly<Record<string, string>> = {
  nothing: inBig('name'),
  totalCount: inBig('tags(first: 1) { totalCount }'),
  nameContains: inBig('tags(first: 1, filter: { nameContains: "99.9" }) { nodes { name } }'),
  'nameContains, found nowhere': inBig('tags(first: 1, filter: { nameContains: "zzz" }) { nodes { name } }'),
  'nameContains, totalCount': inBig('tags(first: 1, filter: { nameContains: "9" }) { totalCount }'),
  'glob, totalCount': inBig('tags(first: 1, filter: { glob: "*9*" }) { totalCount }'),
  'semver, totalCount': inBig('tags(first: 1, filter: { semver: ">=1.5.0" }) { totalCount }'),
  'label, totalCount': inBig('tags(first: 1, filter: { label: { key: "a", value: "b" } }) { totalCount }'),
  'platform, totalCount': inBig(
    'tags(first: 1, filter: { platform: { os: "linux", architecture: "arm64" } }) { totalCount }',
  ),
  'platform, by size': inBig(
    'tags(first: 100, filter: { platform: { os: "linux", architecture: "amd64" } }, orderBy: { field: SIZE, ' +
      'direction: DESC }) { nodes { name } }',
  ),
  'label, by size': inBig(
    'tags(first: 100, filter: { label: { key: "a", value: "b" } }, orderBy: { field: SIZE, direction: DESC }) ' +
      '{ nodes { name } }',
  ),
  'by size': inBig('tags(first: 1, orderBy: { field: SIZE, direction: DESC }) { nodes { name } }'),
  layers: inBig('layers { digest }'),
  uniqueSize: inBig('uniqueSize'),
  'added sizes': inBig('tags(first: 100, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { addedSize } }'),
  'size of 10,000 tags': inBig('tagsSize(filter: { glob: "v1.9??.*" }) { count size }'),
  'unique size of 10,000 tags': inBig('tagsSize(filter: { glob: "v1.9??.*" }) { count uniqueSize }'),
  'images built on one, a page': ofBase('derivedImages(first: 100) { nodes { digest } }'),
  'images built on one, totalCount': ofBase('derivedImages(first: 1) { totalCount }'),
  'base images of 100 tags': inBig('tags(first: 100) { nodes { image { platforms { baseImages { digest } } } } }'),
  search: '{ search(query: "v1 99", first: 10) { nodes { __typename } } }',
  'search, one letter': '{ search(query: "v", first: 10) { nodes { __typename } } }',
  siblingCount: inBig('tags(first: 100) { nodes { siblingCount } }'),
  siblings: inBig('tags(first: 100) { nodes { siblings { name } } }'),
  referrers: inBig('tags(first: 100) { nodes { image { referrers(first: 10) { digest } } } }'),
  locations: inBig('tags(first: 100) { nodes { image { locations { nodes { repository { name } } } } } }'),
  'history of tags': inBig('tags(first: 100) { nodes { history(first: 10) { nodes { since } } } }'),
  namespaces: '{ namespaces { totalCount nodes { path size } } }',
  'groups by size':
    '{ repositoryGroups(orderBy: { field: SIZE, direction: DESC }, first: 20) { nodes { name size } } }',
  'groups with drift': '{ repositoryGroups(first: 20) { nodes { name drift { isNewestSame } } } }',
  'repositories by label': '{ repositories(first: 1, filter: { label: { key: "a", value: "c" } }) { nodes { name } } }',
  'repositories by platform':
    '{ repositories(first: 1, filter: { platform: { os: "a", architecture: "b" } }) { totalCount } }',
  'facets of repositories: registries': '{ repositoryFacets { registries { count } } }',
  'facets of repositories: namespaces': '{ repositoryFacets { namespaces { count } } }',
  'facets of repositories: platforms': '{ repositoryFacets { platforms { count } } }',
  'facets of tags: registries': '{ tagFacets { registries { count } } }',
  'facets of tags: platforms': '{ tagFacets { platforms { count } } }',
  'facets of tags: kinds': '{ tagFacets { kinds { count } } }',
  'page of 50 x 100':
    `{ registry(name: "${registryName}") { repositories(first: 50) { nodes { name tags(first: ` +
    '100) { nodes { name digest size } } } } } }',
};

/** They are to take 50 ms at the most, however many tags there are. */
const promised = new Set([
  'totalCount',
  'nameContains',
  'nameContains, found nowhere',
  'nameContains, totalCount',
  'glob, totalCount',
  'semver, totalCount',
  'label, totalCount',
  'platform, totalCount',
  'platform, by size',
  'label, by size',
  'by size',
  'layers',
  'uniqueSize',
]);

/**
 * A point of an operation's cost stands for milliseconds of CPU, of the gateway and of the processes that read
 * for it, at 100,000 tags in one repository beside 10,000 repositories of ten. An operation at the limit of 10,000
 * points is to stay below a second, which is 0.1 ms a point.
 */
export async function benchCosts(folder: string): Promise<void> {
  const file = join(folder, 'costs.db');
  await fillIndex(file, { repositories: 10_000 });
  await addBig(file);
  const { ask, close } = await openFilled(file);
  const run = async (query: string) => {
    const before = readCpu();
    const answer = await ask(query);
    const body = answer.json<{ errors?: { message: string }[]; extensions?: { cost?: { requested: number } } }>();
    const milliseconds = readCpu() - before;
    // A refusal costs next to nothing, and says nothing of what was asked for.
    if (body.errors) throw new Error(`${query} was answered with errors: ${JSON.stringify(body.errors).slice(0, 500)}`);
    return { milliseconds, points: body.extensions?.cost?.requested ?? 0 };
  };
  for (const [name, query] of Object.entries(operations)) {
    const first = await run(query);
    const runs = [];
    for (let i = 0; i < rounds; i++) runs.push(await run(query));
    const [median] = runs.sort((a, b) => a.milliseconds - b.milliseconds).slice(Math.floor(rounds / 2));
    if (!median) continue;
    const { milliseconds, points } = median;
    report({
      case: `one repository of 100,000 tags: ${name}`,
      value: milliseconds,
      unit: 'ms CPU',
      ...(promised.has(name) && { target: ['<=', 50] as const }),
      first: first.milliseconds,
      points,
      msPerPoint: milliseconds / Math.max(points, 1),
    });
  }
  await close();
}
