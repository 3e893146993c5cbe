import { createHash } from 'node:crypto';
import type { Repository, Tag } from '../../domain/catalogue.js';
import { findRuleOf, rulesFor } from '../../domain/protection.js';
import type { Registry } from '../../domain/registry.js';
import { forEachInPieces } from '../../domain/pieces.js';
import { judgeInPieces, retentionOf, type RetentionRule } from '../../domain/retention.js';
import { runInTurns } from '../../timer.js';
import type { RequestContext } from '../context.js';
import { imageKeysOf, listHeld } from '../delete/references.js';
import type { CatalogueParts } from '../parts.js';
import type { RepositorySource } from '../sync/reading.js';
import { measureAge, type PreviewAge, walkRepositories } from '../browse/walk.js';

/** A repository from which rules let tags go. */
export interface GoingRepository {
  readonly repository: Repository;
  /** In name order. */
  readonly going: readonly Tag[];
  /** Tags of it that stay. */
  readonly keptTagCount: number;
  /** Bytes of the images that none of the tags that stay is on; layers that images share are counted in each. */
  readonly bytes: number;
}

/** The rules applied to a registry, as the index has it. */
export interface RegistryRetention extends PreviewAge {
  readonly registry: Registry;
  /** Those from which something goes, the one with the most tags that go first. */
  readonly repositories: readonly GoingRepository[];
  /** Repositories that a rule is about. */
  readonly ruledCount: number;
  readonly keptTagCount: number;
  readonly goingTagCount: number;
  readonly bytes: number;
}

/** Parts of the catalogue that it uses. */
export type RegistryPreviewParts = Pick<CatalogueParts, 'clock' | 'images' | 'repositories' | 'tags' | 'timer'>;

/**
 * Judges every tag of the repositories that a rule is about by the index alone, and asks the registry nothing. Lets
 * other work go between, however many tags one has. Rejects with the reason of the request's signal when that aborts.
 */
export async function previewRegistry(
  parts: RegistryPreviewParts,
  context: Pick<RequestContext, 'call'>,
  registry: Registry,
  rules: readonly RetentionRule[],
): Promise<RegistryRetention> {
  const listed = await parts.repositories.listOf(registry.id);
  const ruled = listed.filter(({ name }) => retentionOf(rules, name).length > 0);
  const repositories: GoingRepository[] = [];
  let keptTagCount = 0;
  for await (const { repository, tags } of walkRepositories(parts, context, ruled)) {
    const judged = await judgeRepository(parts, { registry, repository }, tags, rules);
    keptTagCount += judged.keptTagCount;
    if (judged.going.length > 0) repositories.push(judged);
  }
  return {
    registry,
    repositories: repositories.toSorted((a, b) => b.going.length - a.going.length),
    ruledCount: ruled.length,
    keptTagCount,
    goingTagCount: repositories.reduce((sum, { going }) => sum + going.length, 0),
    bytes: repositories.reduce((sum, { bytes }) => Math.min(sum + bytes, Number.MAX_SAFE_INTEGER), 0),
    ...measureAge(ruled),
  };
}

async function judgeRepository(
  parts: RegistryPreviewParts,
  { registry, repository }: RepositorySource,
  all: readonly Tag[],
  rules: readonly RetentionRule[],
): Promise<GoingRepository> {
  const time = { now: parts.clock(), isSettled: repository.isSettled };
  const judged = await runInTurns(judgeInPieces(retentionOf(rules, repository.name), all, time), parts.timer);
  const protection = rulesFor(registry.protection, repository.name);
  const mayGo = ({ name }: Tag): boolean => judged.get(name)?.length === 0 && findRuleOf(protection, name) === null;
  const { loose, staying } = await runInTurns(divide(all, mayGo), parts.timer);
  // In most repositories the rules alone keep all: what indexes hold is not looked for there.
  if (loose.length === 0) return { repository, going: [], keptTagCount: all.length, bytes: 0 };
  const held = await listHeld(parts.images, imageKeysOf(staying));
  const going = loose.filter(({ digest }) => digest === null || !held.has(digest));
  const bytes = await runInTurns(measureGoing(all, going), parts.timer);
  return { repository, going, keptTagCount: all.length - going.length, bytes };
}

function* divide(
  all: readonly Tag[],
  mayGo: (tag: Tag) => boolean,
): Generator<undefined, { readonly loose: readonly Tag[]; readonly staying: readonly Tag[] }> {
  const [loose, staying]: [Tag[], Tag[]] = [[], []];
  yield* forEachInPieces(all, (tag) => void (mayGo(tag) ? loose : staying).push(tag));
  return { loose, staying };
}

function* measureGoing(all: readonly Tag[], going: readonly Tag[]): Generator<undefined, number> {
  if (going.length === 0) return 0;
  const names = new Set(going.map(({ name }) => name));
  const counted = new Set<Tag['digest']>();
  yield* forEachInPieces(all, ({ name, digest }) => {
    if (!names.has(name)) counted.add(digest);
  });
  let bytes = 0;
  yield* forEachInPieces(going, ({ digest, size }) => {
    if (!counted.has(digest)) bytes = Math.min(bytes + (size ?? 0), Number.MAX_SAFE_INTEGER);
    counted.add(digest);
  });
  return bytes;
}

/** Each tag that goes, by its repository, with what it points to. */
export type GoingTags = ReadonlyMap<Repository['name'], ReadonlyMap<Tag['name'], Tag['digest']>>;

/** The tags that a run may delete whose preview this is. */
export function listGoing({ repositories }: RegistryRetention): GoingTags {
  return new Map(
    repositories.map(({ repository, going }) => [
      repository.name,
      new Map(going.map(({ name, digest }) => [name, digest])),
    ]),
  );
}

/** Hashes each tag that goes with what it points to, whatever the order of repositories. */
export function* hashGoing({ repositories }: RegistryRetention): Generator<undefined, string> {
  const hash = createHash('sha256');
  const byName = (a: GoingRepository, b: GoingRepository): number => (a.repository.name < b.repository.name ? -1 : 1);
  for (const { repository, going } of repositories.toSorted(byName)) {
    hash.update(`${repository.name}\n`);
    // No name and no digest has a blank, or begins a line that is a repository's.
    yield* forEachInPieces(going, ({ name, digest }) => hash.update(` ${name} ${digest}\n`));
  }
  return hash.digest('base64url');
}
