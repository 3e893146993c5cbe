import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { digits, type RegistryIds, type TextSearch } from './searchsources.js';
import { matchesRank, parseSearch, type SearchTerms } from './searchterms.js';

/** A tag that has some of the words, of a repository that has the others. Of equal `place` no two are there. */
export interface AcrossHit {
  readonly key: number;
  /** Their order, and where a page goes on. */
  readonly place: string;
}

/** How words are looked for in names of repositories. */
export type MakeTextSearch = (db: Kysely<Tables>, terms: SearchTerms, registryIds: RegistryIds) => TextSearch;

/** These bound one search: each of the words takes some statements, and each repository some steps into indexes. */
const [mostWords, mostEach, mostRepositories, mostTagsEach, mostHits] = [4, 20, 40, 20, 100];

/** Of the first of the repositories some of the newest tags are looked through for words within. */
const [lookedThrough, newestEach] = [10, 500];

interface Candidate {
  readonly id: number;
  readonly name: string;
  /** Words that are to be in the name of a tag. */
  readonly rest: readonly string[];
}

/**
 * Tags which have some of the words in their names while their repositories have the others: "nginx 1.2" is tag 1.2 of
 * nginx. None has all words in one name, which is found otherwise. Looks at few repositories, at tags that begin with
 * one of the words, and at the newest.
 */
export async function findAcross(
  db: Kysely<Tables>,
  { words }: SearchTerms,
  registryIds: RegistryIds,
  make: MakeTextSearch,
): Promise<readonly AcrossHit[]> {
  const unique = [...new Set(words)];
  if (unique.length < 2 || unique.length > mostWords || !unique.every((word) => /^[a-z0-9._/-]+$/.test(word)))
    return [];
  const ids = await findRepositories(db, unique, registryIds, make);
  const candidates = await readCandidates(db, unique, ids);
  const tags = [...(await readBeginning(db, candidates)), ...(await readNewest(db, candidates))];
  const hits = new Map<number, AcrossHit>();
  for (const tag of tags) {
    const at = candidates.findIndex(({ id }) => id === tag.repository_id);
    const { rest, name } = candidates[at]!;
    if (!rest.every((word) => isIn(word, tag.name)) || unique.every((word) => isIn(word, tag.name))) continue;
    const others = unique.filter((word) => !rest.includes(word));
    const order = 2 * judge(rest, tag.name) + Math.min(judge(others, name.slice(name.lastIndexOf('/') + 1)), 1);
    hits.set(tag.id, { key: tag.id, place: [order, at, tag.id].map(digits).join(' ') });
  }
  return [...hits.values()].toSorted((a, b) => (a.place < b.place ? -1 : 1)).slice(0, mostHits);
}

/** Those that have all words but one, then those that have one of them. */
async function findRepositories(
  db: Kysely<Tables>,
  words: readonly string[],
  registryIds: RegistryIds,
  make: MakeTextSearch,
): Promise<number[]> {
  const sets = words.length === 2 ? [] : words.map((word) => words.filter((one) => one !== word));
  const found = new Set<number>();
  for (const set of [...sets, ...words.map((word) => [word])]) {
    const terms = parseSearch(set.join(' '));
    const texts = make(db, terms, registryIds);
    for (const rank of [0, 1] as const) {
      if (terms.matches[rank] === null) continue;
      for (const id of await texts.find('repository', rank, 0, mostEach)) found.add(id);
    }
  }
  return [...found].slice(0, mostRepositories);
}

async function readCandidates(
  db: Kysely<Tables>,
  words: readonly string[],
  ids: readonly number[],
): Promise<Candidate[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: number; name: string }>`select id, name from repository
    where ${dialectOf(db).among(sql`id`, ids)}`.execute(db);
  return rows
    .map(({ id, name }) => ({ id, name, rest: words.filter((word) => !begins(word, name)) }))
    .filter(({ rest }) => rest.length > 0 && rest.length < words.length)
    .toSorted((a, b) => a.rest.length - b.rest.length || ids.indexOf(a.id) - ids.indexOf(b.id));
}

interface FoundTag {
  readonly id: number;
  readonly name: string;
  readonly repository_id: number;
}

const fields = sql`tag.id, tag.name, tag.repository_id`;
const repositoryId = sql`cast(wanted.value ->> 0 as bigint)`;

/** Tags that begin with a word, as it is, as a version has it, or in upper case: by the index on names. */
async function readBeginning(db: Kysely<Tables>, candidates: readonly Candidate[]): Promise<readonly FoundTag[]> {
  const { tableOf, pick } = dialectOf(db);
  const beginnings = candidates.flatMap(({ id, rest }) =>
    rest.flatMap((word) =>
      [...new Set([word, word.toUpperCase(), ...(/^\d/.test(word) ? [`v${word}`] : [])])].map((from) => [id, from]),
    ),
  );
  if (beginnings.length === 0) return [];
  // No character of a tag's name comes after "~".
  const some = sql`select own.id from tag as own where own.repository_id = ${repositoryId}
    and own.name >= (wanted.value ->> 1) and own.name < (wanted.value ->> 1) || '~' and own.is_hidden = 0
    order by own.name limit ${mostTagsEach}`;
  const { rows } = await sql<FoundTag>`select ${fields} from ${tableOf(beginnings)} as wanted
    ${pick(sql`tag`, sql`tag.id`, some)}`.execute(db);
  return rows;
}

/** Some of the newest tags that have a word within. */
async function readNewest(db: Kysely<Tables>, candidates: readonly Candidate[]): Promise<readonly FoundTag[]> {
  const { tableOf, pick } = dialectOf(db);
  const wanted = candidates.slice(0, lookedThrough).map(({ id, rest }): [number, string] => [id, rest[0]!]);
  if (wanted.length === 0) return [];
  const newest = sql`select newest.id from (select own.id, own.name from tag as own
      where own.repository_id = ${repositoryId} and own.is_hidden = 0
      order by own.updated_at desc, own.sort_key desc, own.name desc limit ${newestEach}) as newest
    where lower(newest.name) like '%' || (wanted.value ->> 1) || '%' limit ${mostTagsEach}`;
  const { rows } = await sql<FoundTag>`select ${fields} from ${tableOf(wanted)} as wanted
    ${pick(sql`tag`, sql`tag.id`, newest)}`.execute(db);
  return rows;
}

/** 0: the name is one of the words. 1: it begins with one. 2: they are within. */
function judge(words: readonly string[], name: string): number {
  const own = name.toLowerCase().replace(/^v(?=\d)/, '');
  const bare = words.map((word) => word.replace(/^v(?=\d)/, ''));
  if (bare.includes(own)) return 0;
  return bare.some((word) => own.startsWith(word)) ? 1 : 2;
}

/** The name, or a part of it, begins so. */
function begins(word: string, name: string): boolean {
  return ([0, 1] as const).some((rank) => matchesRank(parseSearch(word), name, rank));
}

function isIn(word: string, name: string): boolean {
  return ([0, 1, 2] as const).some((rank) => matchesRank(parseSearch(word), name, rank));
}
