import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openDatabase } from '../../src/store/database/database.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { followsAll } from '../../src/domain/following.js';
import { parseRegistryName } from '../../src/domain/name.js';
import { parseRegistryAddress, type ProxyUrl } from '../../src/domain/registry.js';
import { RepositoryStore } from '../../src/store/index/repositories.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import type { RegistrySettings } from '../../src/store/registries/settings.js';
import { createFolder, openMemory } from './files.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const keyring = createKeyring(randomBytes(32));
const credentials = { username: 'alice', password: 'canary-password' };

function settings(changes: Partial<RegistrySettings> = {}): RegistrySettings {
  return {
    name: parseRegistryName('local'),
    addr: parseRegistryAddress('https://registry.example.test'),
    credentials,
    tlsSkipVerify: false,
    caCertificate: null,
    authRealm: 'https://auth.example.test/token',
    maxAge: 30,
    ...changes,
  };
}

describe('the registry store', () => {
  it('gives back what was attached, and never the password with it', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring, () => at);
    const created = await store.create(settings());
    const { credentials: _, ...shown } = settings();
    expect(created).toEqual({
      id: created.id,
      ...shown,
      username: 'alice',
      createdAt: at,
      readOnly: false,
      protection: [],
      approvals: [],
      following: followsAll,
      hasClientCertificate: false,
      proxy: null,
      hasProxyCredentials: false,
      pullHost: null,
    });
    for (const found of [await store.find(created.id), await store.findByName(created.name), (await store.list())[0]])
      expect(found).toEqual(created);
    expect(JSON.stringify(created)).not.toMatch(/canary|v1\./);
    expect((await store.readConnection(created.id)).credentials).toEqual(credentials);
  });

  it('keeps the password out of every file of the database', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    await new RegistryStore(database, keyring).create(settings());
    for (const file of ['g.db', 'g.db-wal'])
      expect(readFileSync(folder.file(file)).includes('canary-password')).toBe(false);
    await database.close();
    expect(readFileSync(folder.file('g.db')).includes('canary-password')).toBe(false);
  });

  it('seals a client certificate, keeps it through other changes, and drops it with null or at another origin', async () => {
    const clientCertificate = { certificate: 'canary-certificate', key: 'canary-key' };
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    const store = new RegistryStore(database, keyring);
    const created = await store.create(settings({ clientCertificate }));
    expect([created.hasClientCertificate, JSON.stringify(created).includes('canary')]).toEqual([true, false]);
    await store.update(created.id, { maxAge: 60 });
    expect((await store.readConnection(created.id)).clientCertificate).toEqual(clientCertificate);
    for (const file of ['g.db', 'g.db-wal']) expect(readFileSync(folder.file(file)).includes('canary-key')).toBe(false);
    expect(await store.update(created.id, { clientCertificate: null })).toMatchObject({ hasClientCertificate: false });
    expect((await store.readConnection(created.id)).clientCertificate).toBeNull();
    await store.update(created.id, { clientCertificate });
    expect(await store.update(created.id, { addr: parseRegistryAddress('https://elsewhere.example') })).toMatchObject({
      hasClientCertificate: false,
      username: null,
    });
    await database.close();
  });

  it('seals what a proxy is shown, keeps it through other changes, and drops it with null or for another proxy', async () => {
    const proxyCredentials = { username: 'ann', password: 'canary-pr0xy' };
    const proxy = 'http://proxy.example:3128' as ProxyUrl;
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    const store = new RegistryStore(database, keyring);
    const created = await store.create(settings({ proxy, proxyCredentials }));
    expect(created).toMatchObject({ proxy, hasProxyCredentials: true });
    expect(JSON.stringify(created)).not.toContain('canary');
    expect(await store.update(created.id, { maxAge: 60, proxy, proxyCredentials: undefined })).toMatchObject({
      proxy,
      hasProxyCredentials: true,
    });
    expect(await store.update(created.id, { addr: parseRegistryAddress('https://elsewhere.example') })).toMatchObject({
      hasProxyCredentials: true,
    });
    expect((await store.readConnection(created.id)).proxyCredentials).toEqual(proxyCredentials);
    for (const file of ['g.db', 'g.db-wal'])
      expect(readFileSync(folder.file(file)).includes('canary-pr0xy')).toBe(false);
    expect(await store.update(created.id, { proxyCredentials: null })).toMatchObject({
      proxy,
      hasProxyCredentials: false,
    });
    expect((await store.readConnection(created.id)).proxyCredentials).toBeNull();
    for (const other of ['http://other.example:3128' as ProxyUrl, 'none', null] as const) {
      await store.update(created.id, { proxy, proxyCredentials });
      expect(await store.update(created.id, { proxy: other })).toMatchObject({
        proxy: other,
        hasProxyCredentials: false,
      });
      expect((await store.readConnection(created.id)).proxyCredentials).toBeNull();
    }
    await database.close();
  });

  it('refuses a name that is taken, on create and update', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    await store.create(settings());
    const other = await store.create(settings({ name: parseRegistryName('other') }));
    const taken = { code: 'CONFLICT', message: 'A registry is already attached as local: choose another name.' };
    await expect(store.create(settings())).rejects.toMatchObject(taken);
    await expect(store.update(other.id, { name: parseRegistryName('local') })).rejects.toMatchObject(taken);
    expect((await store.list()).map(({ name }) => name)).toEqual(['local', 'other']);
  });

  it('changes what is given, keeps what is not, and clears with null', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    const renamed = await store.update(id, {
      name: parseRegistryName('renamed'),
      maxAge: 60,
      caCertificate: undefined,
    });
    expect(renamed).toMatchObject({
      id,
      name: 'renamed',
      maxAge: 60,
      username: 'alice',
      authRealm: 'https://auth.example.test/token',
    });
    expect((await store.readConnection(id)).credentials).toEqual(credentials);
    expect(await store.update(id, { credentials: null, authRealm: null })).toMatchObject({
      username: null,
      authRealm: null,
    });
    expect((await store.readConnection(id)).credentials).toBeNull();
  });

  it('keeps what is protected: what is given replaces, what is not stays, and nothing else touches it', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    const rules = [{ repository: 'team/*', tag: 'v?' }];
    const before = database.generation.value;
    expect(await store.setProtection(id, { protection: rules })).toMatchObject({
      readOnly: false,
      protection: rules,
      username: 'alice',
      maxAge: 30,
    });
    expect(database.generation.value).toBeGreaterThan(before);
    expect(await store.setProtection(id, { readOnly: true })).toMatchObject({ readOnly: true, protection: rules });
    expect(await store.update(id, { maxAge: 60 })).toMatchObject({ readOnly: true, protection: rules });
    expect(await store.setProtection(id, { readOnly: undefined, protection: [] })).toMatchObject({
      readOnly: true,
      protection: [],
    });
    expect(await store.find(id)).toMatchObject({ readOnly: true, protection: [], maxAge: 60 });
    await expect(store.setProtection(randomUUID(), { readOnly: false })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['another host', 'https://thief.example.test', true],
    ['another port', 'https://registry.example.test:5000', true],
    ['http', 'http://registry.example.test', true],
    ['another path', 'https://registry.example.test/prefix', false],
    ['the same address', 'https://registry.example.test', false],
  ])('with %s as the new address, credentials and realm are cleared: %s %s', async (_what, addr, cleared) => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const before = await store.create(settings());
    const after = await store.update(before.id, { ...before, addr: parseRegistryAddress(addr) });
    expect((await store.readConnection(before.id)).credentials).toEqual(cleared ? null : credentials);
    expect([after.username, after.authRealm]).toEqual(cleared ? [null, null] : [before.username, before.authRealm]);
  });

  it('keeps credentials and a realm that come with the new address', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    const next = { username: 'bob', password: 'next' };
    const after = await store.update(id, {
      addr: parseRegistryAddress('https://b.test'),
      credentials: next,
      authRealm: 'https://b.test/token',
    });
    expect(after).toMatchObject({ username: 'bob', authRealm: 'https://b.test/token' });
    expect((await store.readConnection(id)).credentials).toEqual(next);
  });

  it('refuses a password moved to another row', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const a = await store.create(settings());
    const b = await store.create(settings({ name: parseRegistryName('b') }));
    const { password_sealed } = await database.kysely
      .selectFrom('registry')
      .select('password_sealed')
      .where('id', '=', a.id)
      .executeTakeFirstOrThrow();
    await database.kysely.updateTable('registry').set({ password_sealed }).where('id', '=', b.id).execute();
    expect((await store.readConnection(a.id)).credentials).toEqual(credentials);
    const broken = await store.readConnection(b.id);
    expect(() => broken.credentials).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('records what was learnt, beside the registry', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    const health = { reachable: true, authenticated: false, latencyMs: 12, checkedAt: at, message: 'refused' };
    const problem = { code: 'UPSTREAM_AUTH' as const, message: 'local refused the password.', at };
    expect((await store.states([id])).get(id)).toEqual({
      health: { reachable: null, authenticated: null, latencyMs: null, checkedAt: null, message: null },
      canDelete: null,
      canDeleteTag: null,
      deletesTagsFirst: null,
      catalogSupported: null,
      referrersSupported: null,
      namesConfirmedAt: null,
      namesError: null,
      droppedNames: 0,
      droppedNameExamples: [],
      indexedAt: null,
      crawlRequests: null,
      size: null,
      sendsEvents: false,
      lastEventAt: null,
      retention: { rules: [], interval: null, ranAt: null },
    });
    await store.recordHealth(id, health);
    await store.recordCapabilities(id, { canDelete: 'read-only' });
    await store.recordCapabilities(id, { catalogSupported: false, referrersSupported: true });
    await store.recordNamesError(id, problem);
    expect((await store.states([id, randomUUID(), 'x'])).get(id)).toEqual({
      health,
      canDelete: 'read-only',
      canDeleteTag: null,
      deletesTagsFirst: null,
      catalogSupported: false,
      referrersSupported: true,
      namesConfirmedAt: null,
      namesError: problem,
      droppedNames: 0,
      droppedNameExamples: [],
      indexedAt: null,
      crawlRequests: null,
      size: null,
      sendsEvents: false,
      lastEventAt: null,
      retention: { rules: [], interval: null, ranAt: null },
    });
    await store.recordNames(id, { confirmedAt: at, dropped: 2, droppedExamples: ['"A"'] });
    expect((await store.states([id])).get(id)).toMatchObject({
      namesConfirmedAt: at,
      namesError: null,
      droppedNames: 2,
      droppedNameExamples: ['"A"'],
    });
  });

  it('says that readers see something new for a first listing and for another one, not for the same once more', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    const countNews = async (dropped: readonly string[], seconds: number): Promise<number> => {
      const before = database.generation.value;
      const confirmedAt = new Date(at.getTime() + seconds * 1000);
      await store.recordNames(id, { confirmedAt, dropped: dropped.length, droppedExamples: dropped });
      await store.recordIndexed(id, confirmedAt, 0, 9);
      return database.generation.value - before;
    };
    expect(await countNews(['"A"'], 0)).toBe(2);
    expect(await countNews(['"A"'], 60)).toBe(0);
    expect(await countNews(['"B"'], 120)).toBe(1);
    expect((await store.states([id])).get(id)).toMatchObject({ namesConfirmedAt: new Date(at.getTime() + 120_000) });
  });

  it('writes down once a minute that an event came in, and forgets it with the secret that it had', async () => {
    await using database = await openMemory();
    const [store, elsewhere] = [new RegistryStore(database, keyring), new RegistryStore(database, keyring)];
    const { id } = await store.create(settings());
    const after = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);
    const writes = async (work: () => Promise<unknown>): Promise<number> => {
      const before = database.registryWrites.value;
      await work();
      return database.registryWrites.value - before;
    };
    const read = async () => (await store.states([id])).get(id)!.lastEventAt;
    const flood = [store, elsewhere].flatMap((one) => Array.from({ length: 50 }, (_, ms) => [one, ms] as const));
    const told = (one: RegistryStore, ms: number) => one.recordEvent(id, new Date(at.getTime() + ms));
    expect(await writes(() => Promise.all(flood.map(([one, ms]) => told(one, ms))))).toBe(1);
    expect(await read()).toEqual(at);
    expect(await writes(() => store.recordEvent(id, after(59)))).toBe(0);
    expect(await writes(() => store.recordEvent(id, after(60)))).toBe(1);
    expect(await read()).toEqual(after(60));
    await store.update(id, { maxAge: 60 });
    expect(await read()).toEqual(after(60));
    await store.update(id, { eventsSecretHash: 'f'.repeat(64) });
    expect(await read()).toBeNull();
    await store.recordEvent(id, after(61));
    expect(await read()).toEqual(after(61));
    await store.recordEvent(randomUUID(), at);
  });

  it('keeps each state until a registry is written to, whoever writes', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const repositories = new RepositoryStore(database);
    const { id } = await store.create(settings());
    const other = await store.create(settings({ name: parseRegistryName('other') }));
    const read = async () => (await store.states([id])).get(id)!;
    const names = { names: [], following: followsAll };
    const writes: [() => Promise<unknown>, object][] = [
      [
        () =>
          store.recordHealth(id, { reachable: true, authenticated: null, latencyMs: 3, checkedAt: at, message: null }),
        { health: { latencyMs: 3 } },
      ],
      [() => store.recordCapabilities(id, { canDelete: 'enabled' }), { canDelete: 'enabled' }],
      [() => repositories.applyNames(id, names, at), { namesConfirmedAt: at }],
      [
        () => store.recordNamesError(id, { code: 'UPSTREAM_AUTH', message: 'No.', at }),
        { namesError: { message: 'No.' } },
      ],
      [() => store.recordNames(id, { confirmedAt: at, dropped: 1 }), { namesError: null, droppedNames: 1 }],
      [() => store.recordIndexed(id, at, 5, 7), { indexedAt: at, size: 5, crawlRequests: 7 }],
      [() => store.claimRetentionRun(id, at, null), { retention: { ranAt: at } }],
      [() => store.setRetention(id, { interval: 24 }), { retention: { interval: 24 } }],
      [() => store.update(id, { eventsSecretHash: 'f'.repeat(64) }), { sendsEvents: true }],
      [() => store.recordEvent(id, at), { lastEventAt: at }],
    ];
    for (const [write, shown] of writes) {
      const before = await read();
      expect(await read()).toBe(before);
      expect(store.isCurrent(id, before)).toBe(true);
      // A reading that a write overtakes is not kept.
      const [overtaken] = await Promise.all([read(), write()]);
      expect(store.isCurrent(id, overtaken)).toBe(false);
      expect(await read()).toMatchObject(shown);
    }
    const last = await read();
    expect([...(await store.states([other.id, id])).keys()].sort()).toEqual([id, other.id].sort());
    await store.remove(id);
    expect(store.isCurrent(id, last)).toBe(false);
    expect(await store.states([id])).toEqual(new Map());
  });

  it('keeps what is said of retention apart, and tells readers of each change', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    const rule = {
      repository: '*',
      tags: '*',
      keepLast: 2,
      keepYoungerThan: null,
      keepMatching: ['v*'],
      keepSemver: null,
    };
    const read = async (): Promise<unknown> => (await store.states([id])).get(id)!.retention;
    const changes = [
      () => store.setRetention(id, { rules: [rule] }),
      () => store.setRetention(id, { interval: 24 }),
      () => store.claimRetentionRun(id, at, null),
    ];
    for (const change of changes) {
      const before = database.generation.value;
      await change();
      expect(database.generation.value).toBeGreaterThan(before);
    }
    await store.update(id, { maxAge: 1 });
    expect(await read()).toEqual({ rules: [rule], interval: 24, ranAt: at });
    // Somebody who has not seen that run begins none.
    expect(await store.claimRetentionRun(id, new Date(at.getTime() + 1), null)).toBe(false);
    expect(await read()).toMatchObject({ ranAt: at });
    await store.setRetention(id, { rules: [], interval: null });
    expect(await read()).toEqual({ rules: [], interval: null, ranAt: at });
  });

  it.each([randomUUID(), 'no-uuid', "' or 1=1 --"])('knows nothing of %j', async (id) => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    await store.create(settings());
    const missing = { code: 'NOT_FOUND', message: 'The registry is no longer attached.' };
    expect(await store.find(id)).toBeNull();
    await expect(store.update(id, { maxAge: 1 })).rejects.toMatchObject(missing);
    await expect(store.setRetention(id, { rules: [] })).rejects.toMatchObject(missing);
    expect(await store.claimRetentionRun(id, at, null)).toBe(false);
    await expect(store.remove(id)).rejects.toMatchObject(missing);
    await expect(store.readConnection(id)).rejects.toMatchObject(missing);
    await store.recordHealth(id, { reachable: true, authenticated: true, latencyMs: 1, checkedAt: at, message: null });
    expect(await store.list()).toHaveLength(1);
  });

  it('forgets a removed registry', async () => {
    await using database = await openMemory();
    const store = new RegistryStore(database, keyring);
    const { id } = await store.create(settings());
    await store.remove(id);
    expect(await store.list()).toEqual([]);
  });
});
