import { chmodSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sqlite';
import { CompiledQuery, type Kysely } from 'kysely';
import { parseRegistryName } from '../src/domain/name.js';
import { parseRegistryAddress } from '../src/domain/registry.js';
import { toSortKey } from '../src/domain/version.js';
import { openDatabase, type Tables } from '../src/store/database/database.js';
import { ormOptions } from '../src/store/database/sqlitemigrating.js';
import { sqliteMigrations } from '../src/store/database/migrations/sqlite.js';

/** How much the synthetic registry holds; tags share images when there are more than `maxImages`. */
export interface Amount {
  readonly repositories: number;
  /** Of each repository; ten where left out. */
  readonly tagsEach?: number;
  /** Of the registry; where left out nothing listens there. */
  readonly addr?: string;
  /** The tags of a repository have the names that builds give, ten each, most of them of one tag only. */
  readonly isVaried?: boolean;
  /** The schema of an earlier gateway: the migrations that it had. All of them where left out. */
  readonly migrations?: number;
}

export const registryName = 'bench';
export const tagsPerRepository = 10;
const maxImages = 100_000;
const day = 86_400_000;

/** What stands at tag `tag` of repository `repository`, as the index has it; the peers serve the same from memory. */
export function describeTag(repository: number, tag: number) {
  const image = ((repository * tagsPerRepository + tag) % maxImages) + 1;
  return {
    name: `v1.0.${tag}`,
    digest: `sha256:${image.toString(16).padStart(64, '0')}`,
    imageId: (image + 0x1000000).toString(16).padStart(64, '0'),
    size: 1_000_000 + image,
    updatedAt: new Date(Date.UTC(2026, 0, 1) + (image % 300) * day).toISOString(),
  };
}

export function nameRepository(repository: number): string {
  return `team-${String(repository % 100).padStart(2, '0')}/app-${String(repository).padStart(6, '0')}`;
}

/** Fills an empty database as a crawl that ended just now would have. Bulk SQL: a million tags take seconds. */
export async function fillIndex(
  file: string,
  { repositories, tagsEach = tagsPerRepository, addr = 'http://127.0.0.1:9', isVaried = false, migrations }: Amount,
): Promise<void> {
  const database =
    migrations === undefined ? await openDatabase(`sqlite:${file}`) : await openEarlier(file, migrations);
  const run: Run = (sql, ...parameters) => database.kysely.executeQuery(CompiledQuery.raw(sql, parameters));
  const now = Date.now();
  try {
    await run('begin');
    await insertRegistry(database, addr, now);
    await insertImages(run, Math.min(repositories * tagsEach, maxImages), now);
    await insertRepositories(run, repositories, tagsEach, now);
    await (isVaried ? insertVariedTags(run, repositories, now) : insertTags(run, repositories, tagsEach, now));
    await run(
      'insert into repository_image (repository_id, image_id) select distinct repository_id, image_id from tag',
    );
    await run('commit');
    await run('analyze');
  } finally {
    await database.close();
  }
}

type Run = (sql: string, ...parameters: unknown[]) => Promise<unknown>;

/** The beginning of a statement over `n(i)`, the numbers from 0 to one below `last`. */
function upTo(last: string): string {
  return `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${last})`;
}

async function insertImages(run: Run, images: number, now: number): Promise<void> {
  await run(
    `${upTo('?')} insert into image (id, digest, kind, media_type, manifest_size, config_digest, os, architecture,
    created_at, size, labels, annotations, history, config_state, first_seen_at)
     select i + 1, 'sha256:' || printf('%064x', i + 1), 'image', 'application/vnd.oci.image.manifest.v1+json',
     800, 'sha256:' || printf('%064x', i + 16777217),
     'linux', 'amd64', ${Date.UTC(2026, 0, 1)} + ((i + 1) % 300) * ${day}, 1000001 + i, '{}', '{}', '[]', 'read',
     ? from n`,
    images,
    now,
  );
  await run(
    `${upTo('?')} insert into blob (id, digest) select i + 1, 'sha256:' || printf('%064x', i + 268435456) from n`,
    images * 2 + 1,
  );
  // Position 0 is the config, then a base layer that all share, then one of its own.
  await run(
    'insert into image_blob (image_id, position, blob_id, media_type, size) select id, 0, id * 2, ' +
      `'application/vnd.oci.image.config.v1+json', 1000 from image`,
  );
  await run(
    'insert into image_blob (image_id, position, blob_id, media_type, size) select id, 1, 1, ' +
      `'application/vnd.oci.image.layer.v1.tar+gzip', 900000 from image`,
  );
  await run(
    'insert into image_blob (image_id, position, blob_id, media_type, size) select id, 2, id * 2 + 1, ' +
      `'application/vnd.oci.image.layer.v1.tar+gzip', 100000 from image`,
  );
}

async function insertRepositories(run: Run, repositories: number, tagsEach: number, now: number): Promise<void> {
  await run(
    `${upTo('?')} insert into repository (id, registry_id, name, first_seen_at, tags_confirmed_at, is_settled,
    tag_count, size, updated_at)
     select i + 1, (select id from registry), printf('team-%02d/app-%06d', i % 100, i), ?, ?, 1, ${tagsEach},
     2000000, ${Date.UTC(2026, 0, 1)} + (i % 300) * ${day} from n`,
    repositories,
    now,
    now,
  );
}

const updated = `${Date.UTC(2026, 0, 1)} + (image.id % 300) * ${day}`;

async function insertTags(run: Run, repositories: number, tagsEach: number, now: number): Promise<void> {
  await run(
    `${upTo('?')} insert into tag (repository_id, name, sort_key, image_id, first_seen_at, changed_at, updated_at,
    updated_source, confirmed_at)
     select i / ${tagsEach} + 1, 'v1.0.' || (i % ${tagsEach}),
     '10011' || '0010' || printf('%03d', length(i % ${tagsEach})) || (i % ${tagsEach}) || '.', image.id, ?, ?,
     ${updated}, 'IMAGE_CONFIG', ?
     from n join image on image.id = (n.i % ${maxImages}) + 1`,
    repositories * tagsEach,
    now,
    now,
    now,
  );
}

/** Each part of a name that builds give is in a tenth of the names, or in as many of the tags. */
function nameVariedTag(repository: number, tag: number): string {
  const number = repository * tagsPerRepository + tag;
  const commit = ((number * 2_654_435_761) % 2 ** 28).toString(16).padStart(7, '0');
  const version = `1.${repository % 50}.${number % 97}`;
  const names = ['latest', 'main', `main-${commit}`, `sha-${commit}`, version, `${version}-rc.${number % 7}`];
  return (
    [...names, `2026${String(number % 1231).padStart(4, '0')}.${repository}`, `pr-${number % 9973}`, `${number}`][
      tag
    ] ?? `develop-${commit}`
  );
}

/** Repositories whose tags one statement adds. */
const repositoriesAtOnce = 1000;

async function insertVariedTags(run: Run, repositories: number, now: number): Promise<void> {
  for (let first = 0; first < repositories; first += repositoriesAtOnce) {
    const some = Math.min(repositoriesAtOnce, repositories - first) * tagsPerRepository;
    const rows = Array.from({ length: some }, (_, at) => {
      const [repository, tag] = [first + Math.floor(at / tagsPerRepository), at % tagsPerRepository];
      const name = nameVariedTag(repository, tag);
      return [repository + 1, name, toSortKey(name), ((repository * tagsPerRepository + tag) % maxImages) + 1];
    });
    await run(
      `insert into tag (repository_id, name, sort_key, image_id, first_seen_at, changed_at, updated_at, updated_source,
      confirmed_at) select value ->> 0, value ->> 1, value ->> 2, image.id, ?, ?, ${updated}, 'IMAGE_CONFIG', ?
       from json_each(?) join image on image.id = value ->> 3`,
      now,
      now,
      now,
      JSON.stringify(rows),
    );
  }
}

/** A database as a gateway that had these migrations made it. */
async function openEarlier(file: string, count: number) {
  const migrations = { migrationsList: sqliteMigrations.slice(0, count), snapshot: false, silent: true };
  const orm = await MikroORM.init({ ...ormOptions(file), migrations });
  // Since then files are made so that they can shrink, and are not rewritten for it.
  const canShrink = migrations.migrationsList.some(({ name }) => name === 'Migration20261127021700_pruning');
  if (canShrink) await orm.em.getConnection().execute('pragma auto_vacuum = incremental');
  await orm.migrator.up();
  chmodSync(file, 0o600);
  return { kysely: orm.em.getConnection().getClient<Tables>(), close: () => orm.close(true) };
}

/** It is not due before the benchmark is over. */
async function insertRegistry(
  { kysely }: { readonly kysely: Kysely<Tables> },
  addr: string,
  now: number,
): Promise<void> {
  await kysely
    .insertInto('registry')
    .values({
      id: '00000000-0000-4000-8000-00000000be9c',
      name: parseRegistryName(registryName),
      addr: parseRegistryAddress(addr),
      tls_skip_verify: 0,
      max_age: 1_000_000,
      created_at: now,
      reachable: 1,
      authenticated: 1,
      checked_at: now,
      catalog_supported: 1,
      names_confirmed_at: now,
      indexed_at: now,
      size: 1_000_000,
      dropped_names: 0,
    })
    .execute();
}
