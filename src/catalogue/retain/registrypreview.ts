import { createHash } from 'node:crypto';
import type { Repository, Tag } from '../../domain/catalogue.js';
import { findRuleOf, rulesFor } from '../../domain/protection.js';
import type { Registry } from '../../domain/registry.js';
import { judgeRetention, retentionOf, type RetentionRule } from '../../domain/retention.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { listKept } from './rules.js';

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
export interface RegistryRetention {
  readonly registry: Registry;
  /** Those from which something goes, the one with the most tags that go first. */
  readonly repositories: readonly GoingRepository[];
  /** Repositories that a rule is about. */
  readonly ruledCount: number;
  /** Of these, those that were never read whole: nothing is known to go from them. */
  readonly unreadCount: number;
  readonly keptTagCount: number;
  readonly goingTagCount: number;
  readonly bytes: number;
  /** When the one of them that was read the longest ago was read whole; null: none was. */
  readonly confirmedAt: Date | null;
}

/** Repositories whose tags are read by one statement. */
const readAtOnce = 100;

/** Parts of the catalogue that it uses. */
export type RegistryPreviewParts = Pick<CatalogueParts, 'clock' | 'images' | 'repositories' | 'tags' | 'timer'>;

/**
 * Judges every tag of the repositories that a rule is about by the index alone, and asks the registry nothing. Lets
 * other work go between two readings. Rejects with the reason of the request's signal when that aborts.
 */
export async function previewRegistry(
  parts: RegistryPreviewParts,
  { call }: Pick<RequestContext, 'call'>,
  registry: Registry,
  rules: readonly RetentionRule[],
): Promise<RegistryRetention> {
  const listed = await parts.repositories.listOf(registry.id);
  const ruled = listed.filter(({ name }) => retentionOf(rules, name).length > 0);
  const repositories: GoingRepository[] = [];
  let keptTagCount = 0;
  for (let start = 0; start < ruled.length; start += readAtOnce) {
    call.signal.throwIfAborted();
    const some = ruled.slice(start, start + readAtOnce);
    const tags = Map.groupBy(await parts.tags.listAll(some.map(({ key }) => key)), (tag) => tag.repositoryKey);
    for (const repository of some) {
      const judged = await judgeRepository(parts, registry, repository, tags.get(repository.key) ?? [], rules);
      keptTagCount += judged.keptTagCount;
      if (judged.going.length > 0) repositories.push(judged);
    }
    await parts.timer.sleep(0);
  }
  const read = ruled.flatMap(({ tagsConfirmedAt }) => tagsConfirmedAt ?? []);
  const oldest = read.reduce<Date | null>((least, at) => (least === null || at < least ? at : least), null);
  return {
    registry,
    repositories: repositories.toSorted((a, b) => b.going.length - a.going.length),
    ruledCount: ruled.length,
    unreadCount: ruled.length - read.length,
    keptTagCount,
    goingTagCount: repositories.reduce((sum, { going }) => sum + going.length, 0),
    bytes: repositories.reduce((sum, { bytes }) => Math.min(sum + bytes, Number.MAX_SAFE_INTEGER), 0),
    confirmedAt: oldest,
  };
}

async function judgeRepository(
  parts: RegistryPreviewParts,
  registry: Registry,
  repository: Repository,
  all: readonly Tag[],
  rules: readonly RetentionRule[],
): Promise<GoingRepository> {
  // In most repositories the rules alone keep all: what indexes hold is not looked for there.
  const isKept = !mayGo(parts, registry, repository, all, rules);
  const kept = isKept ? [] : await listKept(parts, { registry, repository }, all, rules);
  const staying = new Set(kept.map(({ tag }) => tag.name));
  const going = isKept ? [] : all.filter(({ name }) => !staying.has(name));
  return { repository, going, keptTagCount: all.length - going.length, bytes: measureGoing(all, going) };
}

function mayGo(
  { clock }: RegistryPreviewParts,
  registry: Registry,
  repository: Repository,
  all: readonly Tag[],
  rules: readonly RetentionRule[],
): boolean {
  const time = { now: clock(), isSettled: repository.isSettled };
  const judged = judgeRetention(retentionOf(rules, repository.name), all, time);
  const protection = rulesFor(registry.protection, repository.name);
  return all.some(({ name }) => judged.get(name)?.length === 0 && findRuleOf(protection, name) === null);
}

function measureGoing(all: readonly Tag[], going: readonly Tag[]): number {
  if (going.length === 0) return 0;
  const names = new Set(going.map(({ name }) => name));
  const staying = new Set(all.flatMap(({ name, digest }) => (names.has(name) ? [] : [digest])));
  const sizes = new Map(going.map(({ digest, size }) => [digest, staying.has(digest) ? 0 : (size ?? 0)]));
  return [...sizes.values()].reduce((sum, size) => Math.min(sum + size, Number.MAX_SAFE_INTEGER), 0);
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
export function hashGoing({ repositories }: RegistryRetention): string {
  const lines = repositories.map(({ repository, going }) =>
    JSON.stringify([repository.name, ...going.map(({ name, digest }) => [name, digest])]),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('base64url');
}
