import { type CheckPassword, createPasswordCheck } from '../../../src/auth/login.js';
import type { GatewayError } from '../../../src/errors.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import { countGuessesIn } from '../../../src/store/accounts/guesscounts.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, startPostgres } from '../../support/servers/postgres.js';
import { startRelay } from '../../support/servers/relay.js';
import { createHastyTimer } from '../../support/timer.js';

const hasher = {
  hash: async (text: string) => text,
  verify: async (stored: string | null, text: string) => stored === text,
};

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: GatewayError) => error.code,
  );
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'PostgreSQL', () => {
  test('gateways count wrong passwords together, and each alone while the database is away', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const databases = [await openPostgres(url), await openPostgres(url)];
    const [one, other] = databases.map((database) =>
      createPasswordCheck(new AccountStore(database), hasher, undefined, undefined, countGuessesIn(database)),
    ) as [CheckPassword, CheckPassword];
    await new AccountStore(databases[0]!).create({ username: 'ann', roles: ['admin'], passwordHash: 'right' });
    const guess = (check: typeof one, password: string) => codeOf(check('ann', password, '192.0.2.1'));
    for (const check of [one, other, one, other]) expect(await guess(check, 'wrong')).toBe('UNAUTHENTICATED');
    expect(await guess(other, 'right')).toBe('ok');
    for (const check of [one, other, one, other, one]) expect(await guess(check, 'wrong')).toBe('UNAUTHENTICATED');
    expect(await guess(one, 'right')).toBe('RATE_LIMITED');
    expect(await guess(other, 'right')).toBe('RATE_LIMITED');
    expect(await codeOf(other('ann', 'right', '192.0.2.2'))).toBe('ok');
    // A window that has ended is begun anew, and those of others go.
    await server.run(url, 'update login_guess set ends_at = 5');
    expect(await guess(one, 'wrong')).toBe('UNAUTHENTICATED');
    expect(await guess(other, 'right')).toBe('ok');
    expect(await server.run(url, 'select count(*) from login_guess where ends_at = 5')).toBe('0');

    const settings = { points: 2, seconds: 60, elapsed: () => 0 };
    const [mine, yours] = databases.map((database) => countGuessesIn(database)('away', settings));
    const first = await mine!.take('key');
    await yours!.take('key');
    expect(await mine!.take('key')).toMatchObject({ isSpent: true });
    await first.giveBack();
    expect(await yours!.take('key')).toMatchObject({ isSpent: false });
    await server.close();
    // What each has taken itself, and not given back.
    for (const isSpent of [false, false, true]) expect(await mine!.take('key')).toMatchObject({ isSpent });
    expect(await yours!.take('key')).toMatchObject({ isSpent: true });
    await Promise.all(databases.map((database) => database.close()));
  });

  test('a place that was taken is not lost with the answer that says so', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const relay = await startRelay(Number(new URL(url).port));
    const database = await openPostgres(Object.assign(new URL(url), { port: relay.port }).href);
    const limit = countGuessesIn(database)('answers', { points: 2, seconds: 60, elapsed: () => 0 });
    const countUsed = () => server.run(url, 'select coalesce(max(used), 0) from login_guess');
    for (const text of ['insert into login_guess', 'commit\0', 'update login_guess']) {
      relay.failNext(text, 'lose-answer');
      const unit = await limit.take('key');
      expect(unit.isSpent).toBe(false);
      await unit.giveBack();
    }
    expect(relay.hits).toBe(3);
    // Only what was not given back, as nobody knows whether that was: until the window ends.
    expect(await countUsed()).toBe('1');
    await database.close();
    await relay.close();
    await server.close();
  });

  test('of guesses that come to two gateways at once no more are checked than may be wrong', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const databases = [await openPostgres(url, { pool: 5 }), await openPostgres(url, { pool: 5 })];
    let checked = 0;
    const counting = {
      ...hasher,
      verify: async (stored: string | null, text: string) => {
        checked += 1;
        return hasher.verify(stored, text);
      },
    };
    const checks = databases.map((database) =>
      createPasswordCheck(
        new AccountStore(database),
        counting,
        undefined,
        createHastyTimer(),
        countGuessesIn(database),
      ),
    );
    await new AccountStore(databases[0]!).create({ username: 'ann', roles: ['admin'], passwordHash: 'right' });
    const guess = (_: unknown, index: number) => codeOf(checks[index % 2]!('ann', 'wrong', '192.0.2.1'));
    const codes = await Promise.all(Array.from({ length: 40 }, guess));
    expect(checked).toBe(5);
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    // Right ones use nothing up, however many there are at once.
    const right = (_: unknown, index: number) => codeOf(checks[index % 2]!('ann', 'right', '192.0.2.2'));
    expect(new Set(await Promise.all(Array.from({ length: 12 }, right)))).toEqual(new Set(['ok']));
    expect(await server.run(url, 'select coalesce(max(used), 0) from login_guess where used <> 5')).toBe('0');
    await Promise.all(databases.map((database) => database.close()));
    await server.close();
  });
});
