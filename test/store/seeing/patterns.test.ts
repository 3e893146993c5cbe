import { type KyselyPlugin, sql } from 'kysely';
import { parseRepositoryGlob } from '../../../src/domain/glob.js';
import { type GrantedPlace, isOfPlace, keyOfPlace } from '../../../src/domain/grant.js';
import type { RepositoryName } from '../../../src/domain/name.js';
import { createOwnEntry } from '../../../src/domain/audit.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import { giveGrant, takeGrant } from '../../../src/store/accounts/grants.js';
import { maxPlaces, maxPlacesOfAccount } from '../../../src/store/accounts/places.js';
import type { Database } from '../../../src/store/database/database.js';
import { fillMore, insertPattern } from '../../../src/store/database/patternfilling.js';
import { createPatternStore } from '../../../src/store/database/patterns.js';
import { dialectOf } from '../../../src/store/dialect/dialects.js';
import { prunePatterns } from '../../../src/store/pruning/oldpatterns.js';
import { listEngines } from '../../support/servers/engines.js';
import { until } from '../../support/timer.js';
import { addRegistry, addRepository } from '../rows.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const entry = createOwnEntry({ at, actor: 'admin', action: 'grantAccess', details: null });
const of = (registryId: string | null, pattern: string): GrantedPlace => ({
  registryId,
  repositories: parseRepositoryGlob(pattern),
});

async function addMany({ kysely: db }: Database, total: number): Promise<string> {
  const id = await addRegistry(db, 'many');
  const names = Array.from({ length: total }, (_, at) => `team/${at}`);
  await sql`insert into repository (registry_id, name, first_seen_at, missed_scans, is_settled, tag_count, size)
    select ${id}, value, 0, 0, 0, 1, 0 from ${dialectOf(db).listOf(names)} as listed`.execute(db);
  return id;
}

async function prune(database: Database): Promise<[string, number][]> {
  const steps: [string, number][] = [];
  for await (const { table, removed } of prunePatterns(database, at.getTime())) steps.push([table, removed]);
  return steps;
}

async function countSeen(database: Pick<Database, 'kysely'>): Promise<number> {
  return (await database.kysely.selectFrom('repository').select('id').execute()).length;
}

async function createAnn(database: Database) {
  const accounts = new AccountStore(database, () => at);
  const { id } = await accounts.create({ username: 'ann', roles: [], passwordHash: null });
  return {
    give: (place: GrantedPlace) =>
      accounts.transact((trx) =>
        giveGrant(
          trx,
          { account: 'ann' },
          { ...place, right: 'READ' as const, givenBy: 'admin', givenAt: at },
          () => entry,
        ),
      ),
    take: (grantId: string) => accounts.transact((trx) => takeGrant(trx, grantId, () => entry)),
    makeToken: (hash: string, ...places: GrantedPlace[]) =>
      accounts.createToken({
        accountId: id,
        hash,
        label: '',
        roles: [],
        expiresAt: new Date(at.getTime() + 1000),
        grants: places.map((place) => ({ ...place, right: 'READ' as const })),
      }),
  };
}

/** Patterns that nothing is of. */
async function addPatterns({ kysely: db }: Database, from: number, to: number): Promise<void> {
  const places = Array.from({ length: to - from }, (_, at) => ` none/${from + at}`);
  await sql`insert into access_pattern (place, pattern, filled_to)
    select value, substr(value, 2), 0 from ${dialectOf(db).listOf(places)} as listed`.execute(db);
}

const engines = listEngines('patterns');

describe.each(engines)('on $name', ({ open }) => {
  test('a pattern goes, some rows at a time, once no grant names it; a view that had it has it made anew', async () => {
    await using database = await open();
    const id = await addMany(database, 1200);
    const { give, take } = await createAnn(database);
    const { grant } = await give(of(id, 'team/*'));
    const view = database.seenBy([of(id, 'team/*')]);
    expect(await countSeen(view)).toBe(1200);
    expect(await prune(database)).toEqual([]);
    await take(grant.id);
    expect(await prune(database)).toEqual([
      ['access_pattern', 0],
      ...[500, 500, 200].map((rows) => ['pattern_repository', rows]),
      ['access_pattern', 1],
    ]);
    expect(await countSeen(view)).toBe(1200);
  });

  test('a view sees nothing less while its pattern is being removed', async () => {
    await using database = await open();
    const id = await addMany(database, 1200);
    const [view, other] = [database.seenBy([of(id, 'team/*')]), database.seenBy([of(id, 'team/*')])];
    expect([await countSeen(view), await countSeen(other)]).toEqual([1200, 1200]);
    const seen: number[] = [];
    for await (const _step of prunePatterns(database, at.getTime()))
      if (seen.length < 4) seen.push(await countSeen(seen.length % 2 ? other : view));
    expect(seen).toEqual([1200, 1200, 1200, 1200]);
  });

  test('the place of a valid token, and one of its registry by the pattern of an account, keep their patterns', async () => {
    await using database = await open();
    const id = await addMany(database, 1);
    const { give, makeToken } = await createAnn(database);
    await give(of(null, 'team/*'));
    await makeToken('hash', of(id, 'team/1*'));
    await countSeen(database.seenBy([of(id, 'team/*')]));
    expect(await prune(database)).toEqual([]);
    await database.kysely.updateTable('token').set({ revoked_at: at.getTime() }).execute();
    await prune(database);
    const left = await database.kysely.selectFrom('access_pattern').select('place').orderBy('place').execute();
    expect(left.map(({ place }) => place)).toEqual([' team/*', `${id} team/*`]);
  });

  test('beyond so many places none is added: by tokens first, and one that is there is given still', async () => {
    await using database = await open();
    const { give, makeToken } = await createAnn(database);
    await addPatterns(database, 0, maxPlaces.TOKEN);
    await expect(makeToken('one', of(null, 'new/1'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await give(of(null, 'new/1'));
    await makeToken('two', of(null, 'new/1'));
    await addPatterns(database, maxPlaces.TOKEN, maxPlaces.HOLDER);
    await expect(give(of(null, 'new/2'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await give(of(null, 'none/7'));
    await give(of(null, '*'));
    expect((await database.kysely.selectFrom('access_grant').select('id').execute()).length).toBe(4);
  });

  test('a new repository, and one that is named anew, is of every pattern that its name has, and of no other', async () => {
    await using database = await open();
    const id = await addRegistry(database.kysely, 'r');
    const long = 'team/a-name-that-is-longer-than-any-beginning';
    const patterns = [
      '*',
      '?eam/*',
      'team/*',
      'team/a',
      'team/?',
      't*/a',
      'te_m/*',
      'other/*',
      'team/ab*',
      long,
      `${long}?`,
    ];
    const places = [...patterns.map((pattern) => of(null, pattern)), of(id, 'team/*'), of(id, `${long.slice(0, 33)}*`)];
    await createPatternStore(database).resolve(places);
    const names = ['team/a', 'team/b', 'team', 'te_m/a', long, `${long}s`, 'team/ab', 'other/a'];
    for (const name of names) await addRepository(database.kysely, id, name);
    await sql`update repository set name = 'other/b' where name = 'team/b'`.execute(database.kysely);
    const { rows } = await sql<{ name: string; place: string }>`select repository.name, access_pattern.place
      from pattern_repository join repository on repository.id = repository_id
      join access_pattern on access_pattern.id = pattern_id`.execute(database.kysely);
    const found = rows.map(({ name, place }) => `${name} ${place}`).toSorted();
    const expected = names
      .map((name) => (name === 'team/b' ? 'other/b' : name) as RepositoryName)
      .flatMap((name) => places.flatMap((place) => (isOfPlace(place, id, name) ? `${name} ${keyOfPlace(place)}` : [])));
    expect(found).toEqual(expected.toSorted());
    expect(found.length).toBeGreaterThan(20);
  });

  test('the beginning of each pattern that a new name is held against is stored', async () => {
    await using database = await open();
    await createPatternStore(database).resolve(['*', 'team/a?c*', 'team/a'].map((pattern) => of(null, pattern)));
    const stored = await database.kysely.selectFrom('access_pattern').select('beginning').orderBy('id').execute();
    expect(stored.map(({ beginning }) => beginning)).toEqual(['', 'team/a', 'team/a']);
  });

  test('valid tokens of one account name so many places, of all that there may be', async () => {
    await using database = await open();
    const { makeToken } = await createAnn(database);
    const places = Array.from({ length: maxPlacesOfAccount }, (_, at) => of(null, `team/${at}`));
    for (const from of [0, 100]) await makeToken(`from ${from}`, ...places.slice(from, from + 100));
    await makeToken('again', places[0]!);
    await expect(makeToken('more', of(null, 'team/new'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const ended = { revoked_at: at.getTime() };
    await database.kysely.updateTable('token').set(ended).where('hash', '=', 'from 0').execute();
    await makeToken('more', of(null, 'team/new'));
    const stored = await database.kysely.selectFrom('access_pattern').select('id').execute();
    expect(stored).toHaveLength(maxPlacesOfAccount + 1);
  });

  test('all places of a viewer are found by one statement, and by none once another view has them', async () => {
    await using database = await open();
    const id = await addMany(database, 10);
    const places = Array.from({ length: 20 }, (_, at) => of(id, `team/${at}*`));
    await createPatternStore(database).resolve(places);
    let statements = 0;
    const counting: KyselyPlugin = {
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const { write, patternRemovals } = database;
    const store = createPatternStore({ kysely: database.kysely.withPlugin(counting), write, patternRemovals });
    expect([(await store.resolve(places)).length, statements]).toEqual([20, 1]);
    expect([(await store.resolve(places.slice(3))).length, statements]).toEqual([17, 1]);
  });
});

describe.each(engines.filter(({ name }) => name === 'postgres'))('beside others on $name', ({ open }) => {
  const isWaitingForALock = async ({ kysely: db }: Database): Promise<boolean> =>
    (await sql`select from pg_locks where not granted`.execute(db)).rows.length > 0;

  test('two who fill one pattern go on from where the other has come', async () => {
    await using database = await open();
    const place = of(await addMany(database, 4500), 'team/*');
    await database.write(null, (db) => insertPattern(db, place));
    let other: Promise<boolean> | undefined;
    await database.write(null, async (db) => {
      await fillMore(db, place);
      other = database.write(null, (its) => fillMore(its, place));
      // It is under way, and can come no further before this one ends.
      await until(() => isWaitingForALock(database));
    });
    expect(await other).toBe(true);
    const { rows } = await sql<{ ahead: number }>`select count(*)::integer as ahead from repository
      where id > (select filled_to from access_pattern)`.execute(database.kysely);
    expect(rows).toEqual([{ ahead: 500 }]);
    const found = await Promise.all([1, 2].map(() => createPatternStore(database).resolve([place])));
    expect(found.map(({ length }) => length)).toEqual([1, 1]);
    expect(await countSeen(database.seenBy([place]))).toBe(4500);
  });

  test('who reads first waits for whoever was writing repositories, and nobody who comes later waits for it', async () => {
    await using database = await open();
    const id = await addMany(database, 10);
    const place = of(id, 'team/*');
    let reading: Promise<number> | undefined;
    await database.write(id, async (db) => {
      await addRepository(db, id, 'team/early');
      reading = countSeen(database.seenBy([place]));
      const isThere = async (): Promise<boolean> =>
        (await database.kysely.selectFrom('access_pattern').select('id').execute()).length > 0;
      await until(isThere);
      await addRepository(database.kysely, id, 'team/late');
      const { rows } = await sql`select from access_pattern where filled_to = 0`.execute(database.kysely);
      expect(rows.length).toBe(1);
    });
    expect(await reading).toBe(12);
  });
});
