import { createSessionIdentification } from '../../src/auth/sessions.js';
import { createToken, hashToken } from '../../src/auth/token.js';
import { GatewayError } from '../../src/errors.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { listEngines } from '../support/servers/engines.js';

const minute = 60_000;
const start = Date.parse('2026-01-02T00:00:00.000Z');

describe.each(listEngines('sessions'))('a session on $name', ({ open }) => {
  /** Two gateways of one database: each remembers tokens for itself. */
  async function openTwo() {
    const database = await open();
    let now = start;
    const clock = (): Date => new Date(now);
    const uses: string[] = [];
    const openOne = () => {
      const accounts = new AccountStore(database, clock);
      const recordUse: AccountStore['recordUse'] = async (id, at, from) => {
        uses.push(at.toISOString().slice(11, 16));
        await accounts.recordUse(id, at, from);
      };
      const parts = {
        findToken: (hash: string) => accounts.findToken(hash),
        readLastUse: (id: string) => accounts.readLastUse(id),
        recordUse,
      };
      return { accounts, identify: createSessionIdentification(parts, { clock, idle: 30 * minute }) };
    };
    const [one, other] = [openOne(), openOne()];
    const account = await one.accounts.create({ username: 'ann', roles: ['registries:ro'], passwordHash: null });
    const cookie = createToken('rgc');
    const made = { accountId: account.id, label: 'session', kind: 'LOGIN', roles: account.roles } as const;
    const hash = hashToken(cookie);
    const { id } = await one.accounts.createToken({ ...made, hash, expiresAt: new Date(start + 24 * 60 * minute) });
    const at = (minutes: number): void => {
      now = start + minutes * minute;
    };
    return { one, other, cookie, id, uses, at, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
  }
  const code = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'good',
      (error: { code: string }) => error.code,
    );
  const from = '192.0.2.1';

  it('ends half an hour after its last use, to the minute, and its uses are written once a minute', async () => {
    await using session = await openTwo();
    const { one, cookie, uses, at } = session;
    for (const minutes of [0, 0.5, 0.9, 1, 30, 30.5, 60.9]) {
      at(minutes);
      expect(await code(one.identify(cookie, from))).toBe('good');
    }
    expect(uses).toEqual(['00:00', '00:01', '00:30', '01:00']);
    at(92);
    expect(await code(one.identify(cookie, from))).toBe('SESSION_OVER');
    expect(uses).toHaveLength(4);
  });

  it('goes on where another gateway of the database was used', async () => {
    await using session = await openTwo();
    const { one, other, cookie, at } = session;
    await one.identify(cookie, from);
    for (const minutes of [20, 40]) {
      at(minutes);
      await other.identify(cookie, from);
    }
    at(60);
    expect(await code(one.identify(cookie, from))).toBe('good');
    at(89);
    expect(await code(other.identify(cookie, from))).toBe('good');
  });

  it('a look at it is no use', async () => {
    await using session = await openTwo();
    const { one, cookie, uses, at } = session;
    await one.identify(cookie, from);
    at(30);
    expect(await code(one.identify(cookie, null))).toBe('good');
    at(31);
    expect(await code(one.identify(cookie, null))).toBe('SESSION_OVER');
    expect(uses).toHaveLength(1);
  });

  it('ends for whatever reason in the same words, and a cookie that never was one has them too', async () => {
    await using session = await openTwo();
    const { one, cookie, id, at } = session;
    const words = new Set<string>();
    const ask = async (text: string): Promise<void> => {
      const error = await one.identify(text, from).catch((thrown: unknown) => thrown);
      words.add(error instanceof GatewayError ? `${error.code}: ${error.message}` : 'none');
    };
    expect(await one.identify(cookie, from)).toMatchObject({ username: 'ann', isSession: true, tokenKind: 'LOGIN' });
    await ask('');
    await ask('x');
    await ask(createToken('rgc'));
    await ask(`rgw${cookie.slice(3)}`);
    at(24 * 60);
    await ask(cookie);
    at(0);
    await one.accounts.revokeToken(id);
    await ask(cookie);
    expect([...words]).toEqual([
      'SESSION_OVER: The session is over: it was ended, was not used for too long, or ran out. Log in again.',
    ]);
  });
});
