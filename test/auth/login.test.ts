import { createFirstAdmin } from '../../src/auth/bootstrap.js';
import { createLogIn } from '../../src/auth/login.js';
import { createPasswordHasher, type PasswordHasher, type LoginStanding } from '../../src/auth/password.js';
import { hashToken } from '../../src/auth/token.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import { GatewayError } from '../../src/errors.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { changeAccount } from '../../src/store/accounts/changes.js';
import { openMemory } from '../store/files.js';
import { watchStatements } from '../support/observed/statements.js';
import { createManualTimer, letRun } from '../support/timer.js';

const start = new Date('2026-01-02T00:00:00.000Z');
const password = 'correct horse';
const wrong = { name: 'GatewayError', code: 'UNAUTHENTICATED', message: 'The user name or the password is wrong.' };

/** As quick as a comparison, and counts what it was asked. */
function createCountingHasher(): PasswordHasher & { calls: (string | null)[] } {
  const calls: (string | null)[] = [];
  return {
    calls,
    hash: async (text) => `hash of ${text}`,
    verify: async (stored, text) => (calls.push(stored), stored === `hash of ${text}`),
  };
}

async function openAccounts(): Promise<AsyncDisposable & { accounts: AccountStore }> {
  const database = await openMemory();
  const accounts = new AccountStore(database, () => start);
  await accounts.create({ username: 'admin', roles: ['admin'], passwordHash: `hash of ${password}` });
  await accounts.create({ username: 'robot', roles: ['registries:ro'], passwordHash: null });
  return { accounts, [Symbol.asyncDispose]: () => database.close() };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: GatewayError) => error.code,
  );
}

describe('login', () => {
  it('gives a token of the account with its roles for 24 hours', async () => {
    await using opened = await openAccounts();
    const { token, viewer } = await createLogIn(opened.accounts, createCountingHasher(), () => start)(
      'admin',
      password,
      '::1',
    );
    expect(viewer).toMatchObject({ username: 'admin', roles: ['admin'] });
    expect(await opened.accounts.findToken(hashToken(token))).toMatchObject({
      label: 'login',
      roles: ['admin'],
      expiresAt: new Date('2026-01-03T00:00:00.000Z'),
    });
  });

  it.each([
    ['admin', 'wrong'],
    ['admin', ''],
    ['admin', 'p'.repeat(100_000)],
    ['nobody', password],
    ['robot', ''],
    ['robot', password],
    ['ADMIN', password],
    ["' or 1=1 --", password],
    ['', ''],
    ['admin\n', password],
    ['__proto__', password],
    ['a'.repeat(10_000), password],
  ])('answers the same, after one hash, for %.20j and %.20j', async (username, text) => {
    await using opened = await openAccounts();
    const hasher = createCountingHasher();
    await expect(createLogIn(opened.accounts, hasher)(username, text, '::1')).rejects.toMatchObject(wrong);
    expect(hasher.calls).toHaveLength(1);
  });

  it('has as many hashes and statements for a known user, an unknown one, a disabled one and a machine', async () => {
    const database = await openMemory();
    const accounts = new AccountStore(database, () => start);
    for (const username of ['known', 'disabled'])
      await accounts.create({ username, roles: ['admin'], passwordHash: `hash of ${password}` });
    await accounts.create({ username: 'machine', roles: ['admin'], passwordHash: null });
    await accounts.transact((trx) =>
      changeAccount(trx, { username: 'disabled' }, { isDisabled: true }, start, () =>
        createOwnEntry({ at: start, actor: 'test', action: 'updateAccount', details: null }),
      ),
    );
    const hasher = createCountingHasher();
    const logIn = createLogIn(accounts, hasher, () => start);
    const statements = await watchStatements(database);
    const work = async (username: string, text: string) => {
      hasher.calls.length = 0;
      statements.take();
      expect(await codeOf(logIn(username, text, '::1'))).toBe('UNAUTHENTICATED');
      return { hashes: hasher.calls.length, statements: statements.take().length };
    };
    const ofKnown = await work('known', 'wrong');
    expect(ofKnown).toEqual({ hashes: 1, statements: 1 });
    for (const username of ['unknown', 'disabled', 'machine']) {
      expect(await work(username, 'wrong')).toEqual(ofKnown);
      expect(await work(username, password)).toEqual({ ...ofKnown, statements: expect.any(Number) as number });
    }
    await database.close();
  });

  it('stops after 5 failures for one account from one address, the right password too, and no one else', async () => {
    await using opened = await openAccounts();
    const hasher = createCountingHasher();
    const logIn = createLogIn(opened.accounts, hasher);
    const codes = [];
    for (let i = 0; i < 8; i++) codes.push(await codeOf(logIn('admin', i < 7 ? 'wrong' : password, '10.0.0.1')));
    expect(codes).toEqual([...Array<string>(5).fill('UNAUTHENTICATED'), ...Array<string>(3).fill('RATE_LIMITED')]);
    expect(hasher.calls).toHaveLength(5);
    await expect(logIn('admin', password, '10.0.0.1')).rejects.toMatchObject({
      facts: { retryAfter: 900 },
      message: 'Too many login attempts. Try again in 900 seconds.',
    });
    expect(await codeOf(logIn('admin', password, '10.0.0.2'))).toBe('ok');
    expect(await codeOf(logIn('nobody', password, '10.0.0.1'))).toBe('UNAUTHENTICATED');
  });

  it('counts guesses that come at the same time', async () => {
    await using opened = await openAccounts();
    const hasher = createCountingHasher();
    const logIn = createLogIn(opened.accounts, hasher);
    const codes = await Promise.all(Array.from({ length: 15 }, () => codeOf(logIn('admin', 'wrong', '10.0.0.1'))));
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(hasher.calls).toHaveLength(5);
  });

  it('forgets the failures after a success', async () => {
    await using opened = await openAccounts();
    const logIn = createLogIn(opened.accounts, createCountingHasher());
    const codes = [];
    for (const text of ['x', 'x', 'x', 'x', password, 'x', 'x', 'x', 'x', password])
      codes.push(await codeOf(logIn('admin', text, '10.0.0.1')));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(2);
    expect(codes).not.toContain('RATE_LIMITED');
  });

  it('allows 20 attempts a minute from one address, whatever the names, and no number of others shuts it out', async () => {
    await using opened = await openAccounts();
    const logIn = createLogIn(opened.accounts, createCountingHasher());
    const one = [];
    for (let i = 0; i < 21; i++) one.push(await codeOf(logIn(`user${i}`, 'x', '10.0.0.1')));
    expect(one.indexOf('RATE_LIMITED')).toBe(20);
    for (let i = 0; i < 250; i++) expect(await codeOf(logIn('admin', 'x', `10.0.1.${i}`))).toBe('UNAUTHENTICATED');
    expect(await codeOf(logIn('admin', password, '10.0.2.1'))).toBe('ok');
  });

  it('takes the addresses of one IPv6 network for one', async () => {
    await using opened = await openAccounts();
    const logIn = createLogIn(opened.accounts, createCountingHasher());
    const codes = [];
    for (let i = 0; i < 7; i++) codes.push(await codeOf(logIn('admin', 'x', `2001:db8:0:1::${i + 1}`)));
    expect(codes.indexOf('RATE_LIMITED')).toBe(5);
    expect(await codeOf(logIn('admin', password, '2001:db8:0:2::1'))).toBe('ok');
  });

  it('serves addresses that logged in to the account before first, and those that were wrong last', async () => {
    await using opened = await openAccounts();
    const asked: (LoginStanding | undefined)[] = [];
    const hasher: PasswordHasher = {
      ...createCountingHasher(),
      verify: async (_, text, standing) => (asked.push(standing), text === password),
    };
    const logIn = createLogIn(opened.accounts, hasher);
    await codeOf(logIn('admin', password, '10.0.0.1'));
    await codeOf(logIn('admin', password, '10.0.0.1'));
    await codeOf(logIn('admin', 'wrong', '10.0.0.1'));
    await codeOf(logIn('admin', password, '10.0.0.1'));
    await codeOf(logIn('admin', password, '10.0.0.2'));
    expect(asked).toEqual(['unknown', 'known', 'known', 'suspect', 'unknown']);
  });

  it('lets every right password of an address without failures through, one after the other and at once', async () => {
    await using opened = await openAccounts();
    const logIn = createLogIn(opened.accounts, createCountingHasher());
    for (let i = 0; i < 30; i++) expect(await codeOf(logIn('admin', password, '10.0.0.1'))).toBe('ok');
    const codes = await Promise.all(Array.from({ length: 40 }, () => codeOf(logIn('admin', password, '10.0.0.2'))));
    expect(new Set(codes)).toEqual(new Set(['ok']));
  });

  it('checks 5 at a time for one account from one address, has 65 wait, and no more', async () => {
    await using opened = await openAccounts();
    const release: (() => void)[] = [];
    const slow: PasswordHasher = {
      ...createCountingHasher(),
      verify: () => new Promise((resolve) => release.push(() => resolve(true))),
    };
    const logIn = createLogIn(opened.accounts, slow);
    const codes = Array.from({ length: 80 }, () => codeOf(logIn('admin', password, '10.0.0.1')));
    await letRun();
    expect(release).toHaveLength(5);
    while (release.length > 0) {
      release.shift()!();
      await letRun();
    }
    const counted = await Promise.all(codes);
    expect([
      counted.filter((code) => code === 'ok').length,
      counted.filter((code) => code === 'OVERLOADED').length,
    ]).toEqual([70, 10]);
  });

  it('allows attempts again when the time is over, whatever the clock says', async () => {
    await using opened = await openAccounts();
    const timer = createManualTimer();
    const logIn = createLogIn(opened.accounts, createCountingHasher(), () => start, timer);
    for (let i = 0; i < 6; i++) await codeOf(logIn('admin', 'wrong', '10.0.0.1'));
    await timer.advance(15 * 60 * 1000 - 1);
    expect(await codeOf(logIn('admin', password, '10.0.0.1'))).toBe('RATE_LIMITED');
    await timer.advance(1);
    expect(await codeOf(logIn('admin', password, '10.0.0.1'))).toBe('ok');
  });

  it('does not count an attempt that could not be checked', async () => {
    await using opened = await openAccounts();
    const overloaded: PasswordHasher = {
      ...createCountingHasher(),
      verify: () => Promise.reject(new GatewayError('OVERLOADED', 'later')),
    };
    const logIn = createLogIn(opened.accounts, overloaded);
    for (let i = 0; i < 10; i++) expect(await codeOf(logIn('admin', password, '10.0.0.1'))).toBe('OVERLOADED');
  });
});

describe('the password hasher', () => {
  it('writes argon2id with 19 MiB, 2 passes and 1 lane, salted', async () => {
    const hasher = createPasswordHasher();
    const [a, b] = [await hasher.hash(password), await hasher.hash(password)];
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(a).not.toBe(b);
    expect([
      await hasher.verify(a, password),
      await hasher.verify(a, 'wrong'),
      await hasher.verify(null, password),
    ]).toEqual([true, false, false]);
  });

  it('holds 2 at work and 50 waiting, and refuses the rest', async () => {
    const hasher = createPasswordHasher();
    const codes = await Promise.all(Array.from({ length: 60 }, () => codeOf(hasher.verify(null, 'x'))));
    expect([
      codes.filter((code) => code === 'ok').length,
      codes.filter((code) => code === 'OVERLOADED').length,
    ]).toEqual([52, 8]);
  });

  it('serves whoever was never wrong before all who were, though these fill their part of the queue', async () => {
    const begun: string[] = [];
    const release: (() => void)[] = [];
    const hasher = createPasswordHasher({
      hash: () => Promise.resolve('$argon2id$'),
      verify: (_stored, who) => {
        begun.push(who);
        return new Promise((resolve) => release.push(() => resolve(false)));
      },
    });
    const suspects = Array.from({ length: 60 }, () => codeOf(hasher.verify(null, 'suspect', 'suspect')));
    const other = codeOf(hasher.verify(null, 'other'));
    await letRun();
    expect(begun).toEqual(['suspect', 'suspect']);
    while (release.length > 0) {
      release.shift()!();
      await letRun();
    }
    expect(begun.indexOf('other')).toBe(2);
    expect(begun).toHaveLength(53);
    expect(await other).toBe('ok');
    expect((await Promise.all(suspects)).filter((code) => code === 'OVERLOADED')).toHaveLength(8);
  });
});

describe('an attack on an account', () => {
  it('from ever new addresses keeps out no address that logged in before', async () => {
    const hasher = createPasswordHasher();
    const attack = Array.from({ length: 200 }, () => codeOf(hasher.verify(null, 'x', 'unknown')));
    expect(await codeOf(hasher.verify(null, 'x', 'known'))).toBe('ok');
    expect((await Promise.all(attack)).filter((code) => code === 'OVERLOADED')).toHaveLength(148);
  });
});

describe('the first admin', () => {
  it('the first admin is made once where two gateways start at once, and told by the one that made it', async () => {
    await using database = await openMemory();
    const hasher = createPasswordHasher();
    const start = () => createFirstAdmin(new AccountStore(database), hasher, { username: 'admin', password: null });
    const made = (await Promise.all([start(), start()])).filter((one) => one !== null);
    expect(made).toHaveLength(1);
    const logIn = createLogIn(new AccountStore(database), hasher);
    expect((await logIn('admin', made[0]!, '::1')).viewer.username).toBe('admin');
  });

  it('no first admin is made where a machine has its name, and that is said', async () => {
    await using database = await openMemory();
    const accounts = new AccountStore(database);
    await accounts.create({ username: 'admin', roles: [], passwordHash: null });
    const made = createFirstAdmin(accounts, createPasswordHasher(), { username: 'admin', password: null });
    await expect(made).rejects.toMatchObject({ code: 'CONFLICT', message: 'There is an account admin already.' });
  });

  it('gets the password of the settings, which is not given back', async () => {
    await using database = await openMemory();
    const accounts = new AccountStore(database);
    const hasher = createPasswordHasher();
    expect(await createFirstAdmin(accounts, hasher, { username: 'admin', password })).toBeNull();
    expect((await createLogIn(accounts, hasher)('admin', password, '::1')).viewer.roles).toEqual(['admin']);
  });

  it('gets a random password, once', async () => {
    await using database = await openMemory();
    const accounts = new AccountStore(database);
    const hasher = createPasswordHasher();
    await accounts.create({ username: 'ci', roles: ['registries:ro'], passwordHash: null });
    const made = await createFirstAdmin(accounts, hasher, { username: 'admin', password: null });
    expect(made).toMatch(/^[0-9A-Za-z]{20}$/);
    expect((await createLogIn(accounts, hasher)('admin', made ?? '', '::1')).viewer.username).toBe('admin');
    expect(await createFirstAdmin(accounts, hasher, { username: 'admin', password: 'another one' })).toBeNull();
    expect(await codeOf(createLogIn(accounts, hasher)('admin', 'another one', '::1'))).toBe('UNAUTHENTICATED');
  });
});
