import type { Kysely } from 'kysely';
import { coversPlace, type GrantedPlace, isOfPlace } from '../../../src/domain/grant.js';
import { matchesGlob, parseRepositoryGlob } from '../../../src/domain/glob.js';
import type { Digest } from '../../../src/domain/digest.js';
import { stackOf } from '../../../src/domain/lineage.js';
import { parseRepositoryName, type RepositoryName } from '../../../src/domain/name.js';
import { isReferrerTag, toSortKey } from '../../../src/domain/version.js';
import type { Database } from '../../../src/store/database/database.js';

type Row = Readonly<Record<string, string | number | null>>;

/** The rows of a database, by their tables, those that others refer to first. */
export type World = Readonly<Record<(typeof tables)[number], readonly Row[]>>;

const tables = [
  'registry',
  'repository',
  'image',
  'blob',
  'image_blob',
  'image_entry',
  'tag',
  'repository_image',
  'tag_revision',
  'job',
  'deletion_step',
  'event',
] as const;

export const repositoryNames: readonly RepositoryName[] = [
  'team-a/app',
  'team-a/db',
  'team-a/x/y',
  'team-b/app',
  'team-b/db',
  'solo',
].map((name) => parseRepositoryName(name));

const patterns = ['team-a/*', 'team-b/*', 'team-?/app', '*/db', 'solo', 'team-a/app', '*', 'none/*'];
const rulePatterns = ['team-a/*', 'team-b/*', 'team-?/app', '*/db', 'solo', '*'];
const tagNames = ['1.0.0', '1.10.0', '2.0.0-rc.1', 'dev', 'latest', `sha256-${'0'.repeat(64)}.sig`];
const registryIds = [1, 2, 3].map((at) => `00000000-0000-4000-8000-00000000000${at}`);

/** The moment at which every world is. */
export const worldTime = new Date('2026-01-02T03:04:05Z').getTime();

type Random = (below: number) => number;

const digestOf = (at: number): string => `sha256:${at.toString(16).padStart(64, '0')}`;
const some = <T>(random: Random, all: readonly T[], percent = 50): T[] => all.filter(() => random(100) < percent);
const pick = <T>(random: Random, all: readonly T[]): T => all[random(all.length)]!;

export function choosePlaces(random: Random): GrantedPlace[] {
  return Array.from({ length: 1 + random(3) }, () => ({
    registryId: random(3) === 0 ? null : pick(random, registryIds),
    repositories: parseRepositoryGlob(pick(random, patterns)),
  }));
}

/**
 * Registries, all at `addr`, with repositories and tags that share images and blobs, and with history, events and jobs.
 */
export function createWorld(random: Random, addr: string): World {
  const images = createImages(random);
  const registries = registryIds.slice(0, 1 + random(3)).map((id, at) => createRegistry(random, { id, at, addr }));
  const repositories = registries.flatMap(({ id }) =>
    some(random, repositoryNames, 60).map((name) => ({ registry_id: String(id), name })),
  );
  const keyed = repositories.map((one, at) => ({ ...one, id: at + 1 }));
  const tags = keyed.flatMap(({ id }) =>
    some(random, tagNames).map((name) => createTag(random, id, name, images.image)),
  );
  const numbered = tags.map((tag, at) => ({ ...tag, id: at + 1 }));
  const held = keyed.flatMap(({ id }) => listHeld(id, numbered, images.image_entry));
  const world = { ...images, tag: numbered, repository_image: held };
  const whole = keyed.map((one) => createRepository(random, one, world));
  const jobs = createJobs(random, registries, keyed);
  const complete = {
    ...world,
    repository: whole,
    tag_revision: createRevisions(random, registries),
    ...jobs,
    event: createEvents(random, registries, jobs.job),
  };
  return {
    ...complete,
    registry: registries.map((row) => ({ ...row, size: measure(row, { ...complete, registry: [] }) })),
  };
}

function createImages(random: Random): Pick<World, 'image' | 'blob' | 'image_blob' | 'image_entry'> {
  const blob = Array.from({ length: 8 }, (_, at) => ({ id: at + 1, digest: digestOf(0xb0 + at) }));
  const image = Array.from({ length: 9 }, (_, at) => ({
    id: at + 1,
    digest: digestOf(at + 1),
    kind: at < 7 ? 'image' : 'index',
    media_type: 'application/vnd.oci.image.manifest.v1+json',
    artifact_type: null,
    manifest_size: 100 + at,
    config_digest: at < 7 ? digestOf(0xc0 + at) : null,
    os: 'linux',
    architecture: at % 2 ? 'amd64' : 'arm64',
    size: 1000 + at,
    labels: JSON.stringify({ team: `t${at % 3}` }),
    annotations: JSON.stringify({ 'org.opencontainers.image.base.digest': digestOf(1 + random(9)) }),
    history: '[]',
    subject: at === 6 ? digestOf(1 + random(3)) : null,
    config_state: at < 7 ? 'read' : 'none',
    first_seen_at: 0,
  }));
  const image_blob = image.slice(0, 7).flatMap(({ id }) =>
    some(random, blob, 40).map((one, at) => ({
      image_id: id,
      position: at,
      blob_id: one.id,
      media_type: 'application/vnd.oci.image.layer.v1.tar+gzip',
      size: one.id * 10,
      is_size_known: 1,
    })),
  );
  const stacked = image.map((row) => {
    const layers = image_blob.filter((one) => one.image_id === row.id && one.position > 0);
    const digests = layers.map(({ blob_id }) => digestOf(0xb0 + blob_id - 1) as Digest);
    const stacks = stackOf({ kind: 'image', layers: digests.map((digest) => ({ digest })) }, row.size);
    return { stack: stacks.whole, rows: layers.map((layer, at) => ({ ...layer, stack: stacks.below[at]! })) };
  });
  const image_entry = image.slice(7).flatMap(({ id }) =>
    some(random, image.slice(0, 7), 40).map((child, at) => ({
      index_id: id,
      position: at,
      child_digest: child.digest,
      child_id: child.id,
      media_type: 'm',
      role: 'manifest',
      size: 1,
      attestation: 0,
    })),
  );
  const configs = image_blob.filter(({ position }) => position === 0).map((row) => ({ ...row, stack: null }));
  return {
    image: image.map((row, at) => ({ ...row, stack: stacked[at]!.stack })),
    blob,
    image_blob: [...configs, ...stacked.flatMap(({ rows }) => rows)],
    image_entry,
  };
}

function createRegistry(random: Random, { id, at, addr }: { id: string; at: number; addr: string }): Row {
  const rules = (percent: number): string[] => some(random, rulePatterns, percent);
  return {
    id,
    name: `registry-${at + 1}`,
    addr,
    created_at: 0,
    tls_skip_verify: 0,
    max_age: 86_400,
    dropped_names: random(3),
    dropped_name_examples: JSON.stringify(['"Secret"']),
    crawl_requests: random(100),
    last_event_at: worldTime,
    referrers_supported: 0,
    names_confirmed_at: worldTime,
    indexed_at: worldTime,
    reachable: 1,
    protection: JSON.stringify(rules(30).map((repository) => ({ repository, tag: '1.*' }))),
    followed_repositories: JSON.stringify(rules(10)),
    retention: JSON.stringify(
      rules(30).map((repository) => ({
        repository,
        tags: '*',
        keepLast: 3,
        keepYoungerThan: null,
        keepMatching: [],
        keepSemver: null,
      })),
    ),
  };
}

function createTag(random: Random, repository: number, name: string, images: readonly Row[]): Row {
  const at = worldTime - random(5) * 1000;
  return {
    repository_id: repository,
    name,
    sort_key: toSortKey(name),
    is_hidden: isReferrerTag(name) ? 1 : 0,
    image_id: random(8) === 0 ? null : pick(random, images)['id']!,
    first_seen_at: at,
    changed_at: at,
    updated_at: at,
    updated_source: 'FIRST_SEEN',
    confirmed_at: worldTime,
  };
}

function listHeld(repository: number, tags: readonly Row[], entries: readonly Row[]): Row[] {
  const tagged = tags.flatMap(({ repository_id: of, image_id: id }) => (of === repository && id ? [id] : []));
  const children = entries.flatMap(({ index_id: of, child_id: id }) => (tagged.includes(of!) ? [id!] : []));
  return [...new Set([...tagged, ...children])].map((image_id) => ({
    repository_id: repository,
    image_id,
    attestation: 0,
  }));
}

function createRepository(
  random: Random,
  { id, registry_id, name }: { id: number; registry_id: string; name: string },
  { tag }: Pick<World, 'tag'>,
): Row {
  const shown = tag.filter((one) => one['repository_id'] === id && one['is_hidden'] === 0);
  const confirmed = random(10) === 0 && shown.length === 0 ? null : worldTime;
  return {
    id,
    registry_id,
    name,
    first_seen_at: 0,
    missed_scans: 0,
    is_settled: 1,
    tag_count: shown.length,
    size: random(50) * 10,
    tags_confirmed_at: confirmed,
    updated_at: shown.length === 0 ? null : Math.max(...shown.map((one) => Number(one['updated_at']))),
  };
}

function createRevisions(random: Random, registries: readonly Row[]): Row[] {
  const places = registries.flatMap(({ id }) =>
    some(random, repositoryNames).map((repository) => ({ id, repository })),
  );
  return places.map(({ id, repository }, at) => ({
    id: at + 1,
    registry_id: id!,
    repository,
    tag: pick(random, tagNames.slice(0, 5)),
    digest: digestOf(1 + random(9)),
    since: worldTime - 9000,
    since_source: 'CHANGE_SEEN',
    until: worldTime - random(5) * 1000,
    until_source: 'CHANGE_SEEN',
  }));
}

function createJobs(
  random: Random,
  registries: readonly Row[],
  repositories: readonly { registry_id: string; name: string }[],
): Pick<World, 'job' | 'deletion_step'> {
  const subjects = [
    ...registries.map(({ id }) => ({
      registry_id: id!,
      repository: null,
      kind: pick(random, ['CRAWL', 'RETENTION_RUN']),
    })),
    ...some(random, repositories).map(({ registry_id, name }) => ({
      registry_id,
      repository: name,
      kind: 'DELETE_TAGS',
    })),
  ];
  const job = subjects.map((subject, at) => ({
    ...subject,
    id: `10000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    state: 'SUCCEEDED',
    done: random(9),
    total: 9,
    requested_by: 'ann',
    failures: '[]',
    created_at: worldTime - 5000 + at,
    finished_at: worldTime,
  }));
  const deletion_step = job
    .filter(({ repository }) => repository !== null)
    .map(({ id }) => ({
      job_id: id,
      position: 0,
      kind: 'MANIFEST',
      digest: digestOf(1 + random(9)),
      tags: '["1.0.0"]',
      state: 'DONE',
    }));
  return { job, deletion_step };
}

function createEvents(random: Random, registries: readonly Row[], jobs: readonly Row[]): Row[] {
  const ofTags = registries.flatMap(({ id, name }) =>
    some(random, repositoryNames).map((repository) => ({
      kind: pick(random, ['TAG_PUSHED', 'REPOSITORY_GONE', 'TAG_DELETED']),
      registry_id: id!,
      registry_name: name!,
      repository,
      tag: '1.0.0',
      digest: digestOf(1 + random(9)),
      tag_count: random(9),
    })),
  );
  const ofRegistries = registries.map(({ id, name }) => ({
    kind: pick(random, ['REGISTRY_ATTACHED', 'REGISTRY_BACK']),
    registry_id: id!,
    registry_name: name!,
  }));
  const ofJobs = jobs.map(({ id, kind, registry_id, repository }) => ({
    kind: 'JOB_ENDED',
    registry_id: registry_id!,
    registry_name: registries.find((registry) => registry['id'] === registry_id)!['name']!,
    repository: repository!,
    job_id: id!,
    job_kind: kind!,
    job_state: 'SUCCEEDED',
  }));
  const rows: Row[] = [...ofTags, ...ofRegistries, ...ofJobs];
  return rows.toSorted(() => random(3) - 1).map((row, at) => ({ id: at + 1, at: worldTime - 1000 + at, ...row }));
}

/** Bytes of each distinct blob of a registry once. */
function measure({ id }: Row, { repository, repository_image, image_blob }: World): number {
  const keys = new Set(repository.flatMap((row) => (row['registry_id'] === id ? row['id']! : [])));
  const images = new Set(repository_image.flatMap((row) => (keys.has(row['repository_id']!) ? row['image_id']! : [])));
  const sizes = new Map(
    image_blob.flatMap((row) => (images.has(row['image_id']!) ? [[row['blob_id'], Number(row['size'])] as const] : [])),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** The world without all that nobody may see who was granted these places alone. */
export function reduceWorld(world: World, places: readonly GrantedPlace[]): World {
  // Whoever sees all sees images that nothing holds any more, too.
  if (places.some(({ registryId, repositories }) => registryId === null && repositories === '*')) return world;
  const sees = (registryId: unknown, name: unknown): boolean =>
    places.some((place) => isOfPlace(place, registryId as string, name as RepositoryName));
  const isWhole = (id: unknown): boolean =>
    places.some(({ registryId, repositories }) => repositories === '*' && (registryId === null || registryId === id));
  const seesPlace = (registryId: unknown, name: unknown): boolean =>
    name === null || name === undefined ? isWhole(registryId) : sees(registryId, name);
  const repository = world.repository.filter(({ registry_id, name }) => sees(registry_id, name));
  const keys = new Set(repository.map(({ id }) => id));
  const registry = world.registry.filter(
    ({ id }) =>
      places.some(({ registryId }) => registryId === id) || repository.some((row) => row['registry_id'] === id),
  );
  const shown = new Set(registry.map(({ id }) => id));
  const tag = world.tag.filter((row) => keys.has(row['repository_id']));
  const repository_image = world.repository_image.filter((row) => keys.has(row['repository_id']));
  const images = new Set(repository_image.map((row) => row['image_id']));
  const job = world.job.filter(
    (row) => shown.has(row['registry_id']) && seesPlace(row['registry_id'], row['repository']),
  );
  const jobs = new Set(job.map(({ id }) => id));
  const reduced: World = {
    ...world,
    registry,
    repository,
    tag,
    repository_image,
    image: world.image.filter(({ id }) => images.has(id)),
    image_blob: world.image_blob.filter((row) => images.has(row['image_id'])),
    image_entry: world.image_entry.filter((row) => images.has(row['index_id'])),
    tag_revision: world.tag_revision.filter(
      (row) => shown.has(row['registry_id']) && sees(row['registry_id'], row['repository']),
    ),
    job,
    deletion_step: world.deletion_step.filter((row) => jobs.has(row['job_id'])),
    event: world.event.filter((row) => {
      const isOfRegistry = row['repository'] === undefined && row['job_id'] === undefined;
      return isOfRegistry ? shown.has(row['registry_id']) : seesPlace(row['registry_id'], row['repository']);
    }),
  };
  return { ...reduced, registry: registry.map((row) => reduceRegistry(row, reduced, places, isWhole(row['id']))) };
}

/**
 * Rules of protection are left that may be about something that is seen, and rules of retention that are about nothing
 * else; numbers that count what is not are those of nothing.
 */
function reduceRegistry(row: Row, world: World, places: readonly GrantedPlace[], isWhole: boolean): Row {
  if (isWhole) return row;
  const registryId = String(row['id']);
  const names = [...repositoryNames, 'none/z', 'none/db'].map((name) => parseRepositoryName(name));
  const isOfSeen = (pattern: string): boolean =>
    names.some((name) => matchesGlob(pattern, name) && places.some((place) => isOfPlace(place, registryId, name)));
  const isWithin = (pattern: string): boolean =>
    places.some((place) => coversPlace(place, { registryId, repositories: parseRepositoryGlob(pattern) }));
  const keep = (text: unknown, isKept: (pattern: string) => boolean): string =>
    JSON.stringify((JSON.parse(String(text)) as { repository: string }[]).filter((rule) => isKept(rule.repository)));
  return {
    ...row,
    size: measure(row, world),
    dropped_names: 0,
    dropped_name_examples: '[]',
    crawl_requests: null,
    last_event_at: null,
    protection: keep(row['protection'], isOfSeen),
    retention: keep(row['retention'], isWithin),
    followed_repositories: JSON.stringify(
      (JSON.parse(String(row['followed_repositories'])) as string[]).filter(isOfSeen),
    ),
  };
}

/** Puts a world in the place of what the database holds. */
export async function fillDatabase(database: Database, world: World): Promise<void> {
  const db = database.kysely as unknown as Kysely<Record<string, Row>>;
  for (const table of ['event', 'registry', 'image', 'blob']) await db.deleteFrom(table).execute();
  for (const table of tables) for (const row of world[table]) await db.insertInto(table).values(row).execute();
  // Patterns go with their registries, which come again under the same ids.
  const { generation, registryWrites, departures, patternRemovals } = database;
  for (const each of [generation, registryWrites, departures, patternRemovals]) each.bump();
}
