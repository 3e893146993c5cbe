import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { NewAuditEntry } from '../../src/domain/audit.js';
import { parseRegistryName } from '../../src/domain/name.js';
import { parseRegistryAddress } from '../../src/domain/registry.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { type AuditLog, createAuditLog, insertEntry } from '../../src/store/jobs/audit.js';
import type { Tables } from '../../src/store/database/database.js';
import { RegistryStore, type RegistryAudit } from '../../src/store/registries/registries.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { openMemory } from './files.js';
import { refuseChanges } from '../support/observed/refusals.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const entry: NewAuditEntry = {
  at,
  actor: 'ann',
  requestId: 'r1',
  action: 'deleteTags',
  registryId: '0b5f6b26-6c79-4b34-9d1c-000000000001',
  registryName: 'local',
  repository: 'team/app',
  tags: ['v1', 'v2'],
  outcome: 'DONE',
  code: null,
  message: null,
  details: { bytes: 12, digests: ['sha256:a'] },
  jobId: null,
};
const all = { first: 100, after: null };

async function listAll(log: AuditLog): Promise<readonly object[]> {
  return (await log.list({}, all)).items.map(({ key, ...rest }) => (expect(key).toBeGreaterThan(0), rest));
}

async function refuseEntries(db: Kysely<Tables>): Promise<void> {
  await refuseChanges(db, { change: 'insert', table: 'audit_entry' }, 'no entry today');
}

describe('the audit log', () => {
  it('gives entries back as they were added, newest first', async () => {
    await using database = await openMemory();
    const log = createAuditLog(database);
    const bare: NewAuditEntry = {
      ...entry,
      requestId: null,
      registryId: null,
      registryName: null,
      repository: null,
      tags: [],
      details: null,
      outcome: 'REFUSED',
      code: 'FORBIDDEN',
      message: 'No.',
    };
    await log.add(entry);
    await log.add(bare);
    expect(await listAll(log)).toEqual([bare, entry]);
  });

  it.each([
    'update audit_entry set actor = "eve"',
    'delete from audit_entry',
    'update or replace audit_entry set id = 9',
    'delete from audit_entry where id = 1',
  ])('the audit log is not changed by: %s', async (statement) => {
    await using database = await openMemory();
    const log = createAuditLog(database);
    await log.add(entry);
    await expect(sql.raw(statement.replaceAll('"', "'")).execute(database.kysely)).rejects.toThrow(
      'the audit log is never changed',
    );
    expect(await listAll(log)).toEqual([entry]);
  });

  it('pages by cursors that stay right while entries come, and counts what fits', async () => {
    await using database = await openMemory();
    const log = createAuditLog(database);
    for (let n = 1; n <= 7; n++) await log.add({ ...entry, action: `a${n}` });
    const first = await log.list({}, { first: 3, after: null });
    await log.add({ ...entry, action: 'later' });
    const second = await log.list({}, { first: 3, after: first.cursorOf(first.items[2]!) });
    const third = await log.list({}, { first: 3, after: second.cursorOf(second.items[2]!) });
    expect(
      [first, second, third].map(({ items, hasNextPage, hasPreviousPage }) => [
        items.map(({ action }) => action).join(' '),
        hasNextPage,
        hasPreviousPage,
      ]),
    ).toEqual([
      ['a7 a6 a5', true, false],
      ['a4 a3 a2', true, true],
      ['a1', false, true],
    ]);
    expect(await third.totalCount()).toBe(8);
    const foreign = Buffer.from(JSON.stringify(['tags', 3])).toString('base64url');
    const worded = Buffer.from(JSON.stringify(['audit', 'x'])).toString('base64url');
    for (const after of ['x', foreign, worded])
      await expect(log.list({}, { first: 3, after })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        facts: { path: ['after'] },
      });
  });

  it.each([
    [{ actor: 'eve' }, 'b'],
    [{ action: 'login' }, 'c'],
    [{ registry: 'other' }, 'd'],
    [{ registry: '0b5f6b26-6c79-4b34-9d1c-000000000002' }, 'd'],
    [{ repository: 'team' }, 'e'],
    [{ outcome: 'REFUSED' as const }, 'f'],
    [{ since: new Date(at.getTime() + 1000) }, 'h g'],
    [{ until: at }, 'i'],
    [{ since: at, until: new Date(at.getTime() + 1000), actor: 'ann', outcome: 'DONE' as const }, 'e d c a'],
    [{ actor: "ann' or 1=1 --" }, ''],
    [{ actor: '' }, ''],
    [{ actor: null, action: undefined }, 'i h g f e d c b a'],
  ])('narrowed to %j gives %s', async (filter, wanted) => {
    await using database = await openMemory();
    const log = createAuditLog(database);
    const marked = (requestId: string, more: Partial<NewAuditEntry> = {}): Promise<void> =>
      log.add({ ...entry, requestId, ...more });
    await marked('a');
    await marked('b', { actor: 'eve' });
    await marked('c', { action: 'login' });
    await marked('d', { registryName: 'other', registryId: '0b5f6b26-6c79-4b34-9d1c-000000000002' });
    await marked('e', { repository: 'team' });
    await marked('f', { outcome: 'REFUSED', code: 'FORBIDDEN' });
    await marked('g', { at: new Date(at.getTime() + 1000) });
    await marked('h', { at: new Date(at.getTime() + 2000) });
    await marked('i', { at: new Date(at.getTime() - 1) });
    const page = await log.list(filter, all);
    expect(page.items.map(({ requestId }) => requestId).join(' ')).toBe(wanted);
    expect(await page.totalCount()).toBe(page.items.length);
  });

  it('has an entry written in a transaction exactly when that is committed', async () => {
    await using database = await openMemory();
    const log = createAuditLog(database);
    const write = (end: () => void): Promise<void> =>
      database.kysely.transaction().execute(async (transaction) => {
        await insertEntry(transaction, entry);
        end();
      });
    await expect(
      write(() => {
        throw new Error('not that');
      }),
    ).rejects.toThrow('not that');
    expect(await listAll(log)).toEqual([]);
    await write(() => undefined);
    expect(await listAll(log)).toEqual([entry]);
  });
});

describe('a change and its entry', () => {
  const audit: RegistryAudit = (registry, before) => ({
    ...entry,
    registryId: registry.id,
    registryName: registry.name,
    details: { was: before?.name ?? null },
  });
  const settings = {
    name: parseRegistryName('local'),
    addr: parseRegistryAddress('http://127.0.0.1:5000'),
    tlsSkipVerify: false,
    caCertificate: null,
    authRealm: null,
    maxAge: 30,
    credentials: null,
    eventsSecretHash: 'h',
  };

  async function open() {
    const database = await openMemory();
    const registries = new RegistryStore(database, createKeyring(randomBytes(32)));
    return {
      database,
      registries,
      accounts: new AccountStore(database),
      log: createAuditLog(database),
      [Symbol.asyncDispose]: () => database.close(),
    };
  }

  it('a change and its entry are both there', async () => {
    await using world = await open();
    const { registries, log } = world;
    const { id } = await registries.create(settings, audit);
    expect(await registries.eventsSecretHashOf(id)).toBe('h');
    await registries.update(id, { name: parseRegistryName('renamed') }, audit);
    expect(await registries.eventsSecretHashOf(id)).toBe('h');
    const [row] = await world.database.kysely.selectFrom('registry').selectAll().execute();
    expect(row).toMatchObject({ protection: '[]', retention: '[]', read_only: 0 });
    await registries.update(id, { eventsSecretHash: null }, audit);
    expect(await registries.eventsSecretHashOf(id)).toBeNull();
    await registries.remove(id, audit);
    expect(await listAll(log)).toMatchObject([
      { registryId: id, registryName: 'renamed', details: { was: 'renamed' } },
      { registryId: id, registryName: 'renamed', details: { was: 'renamed' } },
      { registryId: id, registryName: 'renamed', details: { was: 'local' } },
      { registryId: id, registryName: 'local', details: { was: null } },
    ]);
  });

  it('a change and its entry are neither there when the entry cannot be written', async () => {
    await using world = await open();
    const { database, registries, accounts, log } = world;
    const { id } = await registries.create(settings);
    const account = await accounts.create({ username: 'ann', roles: [], passwordHash: null });
    await refuseEntries(database.kysely);
    const second = { ...settings, name: parseRegistryName('second') };
    await expect(registries.create(second, audit)).rejects.toThrow('no entry today');
    await expect(registries.update(id, { maxAge: 60 }, audit)).rejects.toThrow('no entry today');
    await expect(registries.remove(id, audit)).rejects.toThrow('no entry today');
    const token = { accountId: account.id, hash: 'x', label: '', roles: [], expiresAt: at };
    await expect(accounts.createToken(token, () => entry)).rejects.toThrow('no entry today');
    expect(await registries.list()).toMatchObject([{ id, name: 'local', maxAge: 30 }]);
    expect([await accounts.listTokens(), await listAll(log)]).toEqual([[], []]);
  });

  it('a change and its entry are neither there when the change cannot be made', async () => {
    await using world = await open();
    const { database, registries, accounts, log } = world;
    const { id } = await registries.create(settings);
    const account = await accounts.create({ username: 'ann', roles: [], passwordHash: null });
    await expect(registries.create(settings, audit)).rejects.toMatchObject({ code: 'CONFLICT' });
    for (const [change, table] of [
      ['insert', 'registry'],
      ['update', 'registry'],
      ['delete', 'registry'],
      ['insert', 'token'],
    ] as const)
      await refuseChanges(database.kysely, { change, table }, 'no change today');
    await expect(registries.create({ ...settings, name: parseRegistryName('second') }, audit)).rejects.toThrow(
      'no change today',
    );
    await expect(registries.update(id, { maxAge: 60 }, audit)).rejects.toThrow('no change today');
    await expect(registries.remove(id, audit)).rejects.toThrow('no change today');
    await expect(
      accounts.createToken({ accountId: account.id, hash: 'x', label: '', roles: [], expiresAt: at }, () => entry),
    ).rejects.toThrow('no change today');
    expect(await listAll(log)).toEqual([]);
  });
});
