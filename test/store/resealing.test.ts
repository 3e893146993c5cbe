import { randomBytes } from 'node:crypto';
import { RegistryStore } from '../../src/store/registries/registries.js';
import { countSealed, reseal } from '../../src/store/keys/resealing.js';
import { createKeyring, sealedColumns } from '../../src/store/keys/keyring.js';
import { openKeyring } from '../../src/store/keys/canary.js';
import { createOwnEntry } from '../../src/domain/audit.js';
import { WebhookStore } from '../../src/store/webhooks/webhooks.js';
import { openMemory } from './files.js';
import { refuseChanges } from '../support/observed/refusals.js';

const [before, now, strange] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const at = new Date('2026-01-02T03:04:05Z');
const settings = { tlsSkipVerify: false, caCertificate: null, authRealm: null, maxAge: 30 };

async function fill() {
  const database = await openMemory();
  const registries = new RegistryStore(database, await openKeyring(database, () => before));
  const registry = await registries.create({
    ...settings,
    name: 'r',
    addr: 'http://r',
    credentials: { username: 'u', password: 'one' },
    clientCertificate: { certificate: 'c', key: 'k' },
    proxy: 'http://p:3128',
    proxyCredentials: { username: 'p', password: 'two' },
  } as never);
  return { database, id: registry.id };
}

describe('reseal', () => {
  it('seals all that an older key sealed with the primary, once, with an entry in the audit log', async () => {
    const { database, id } = await fill();
    await using _ = database;
    const keyring = await openKeyring(database, () => now, [before]);
    const from = [createKeyring(before).keyId];
    expect(await reseal(database, keyring, at, '(gateway)')).toEqual({ from, secrets: 3, unreadable: [] });
    expect(await reseal(database, keyring, at, '(gateway)')).toBe(null);
    const alone = new RegistryStore(database, await openKeyring(database, () => now));
    expect((await alone.readConnection(id)).credentials).toEqual({ username: 'u', password: 'one' });
    expect((await alone.readConnection(id)).clientCertificate).toEqual({ certificate: 'c', key: 'k' });
    expect((await alone.readConnection(id)).proxyCredentials).toEqual({ username: 'p', password: 'two' });
    expect(await countSealed(database)).toEqual({ [keyring.keyId]: 3 });
    await expect(openKeyring(database, () => before)).rejects.toMatchObject({ code: 'CONFLICT' });
    const entries = await database.kysely
      .selectFrom('audit_entry')
      .select(['actor', 'action', 'outcome', 'details'])
      .execute();
    const details = JSON.stringify({ from, to: keyring.keyId, secrets: 3, unreadable: 0 });
    expect(entries).toEqual([{ actor: '(gateway)', action: 'rotateKeys', outcome: 'DONE', details }]);
  });

  it('seals both secrets of a webhook again, each bound to its own place', async () => {
    await using database = await openMemory();
    const webhooks = new WebhookStore(database, await openKeyring(database, () => before), () => at);
    const entry = () => createOwnEntry({ at, actor: '(gateway)', action: 'test', details: null });
    const filter = { kinds: null, registryIds: null, repositoryPattern: null };
    const made = { url: 'https://a.example/', secret: 'whsec_one', ...filter };
    const { id } = await webhooks.create(made, { ownerId: 'nobody', place: 0 }, entry);
    const formerUntil = new Date(at.getTime() + 1000);
    await webhooks.update(id, { secret: { text: 'whsec_two', formerUntil } }, entry);
    const keyring = await openKeyring(database, () => now, [before]);
    expect(await reseal(database, keyring, at, '(gateway)')).toMatchObject({ secrets: 2, unreadable: [] });
    const alone = new WebhookStore(database, await openKeyring(database, () => now), () => at);
    expect((await alone.findToSend(id))!.secrets).toEqual(['whsec_two', 'whsec_one']);
    const later = new WebhookStore(database, keyring, () => formerUntil);
    expect((await later.findToSend(id))!.secrets).toEqual(['whsec_two']);
    await database.kysely
      .updateTable('webhook')
      .set((row) => ({ secret_sealed: row.ref('former_secret_sealed').$notNull() }))
      .execute();
    await expect(alone.findToSend(id)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('leaves what no given key opens as it is, and names whose it is', async () => {
    const { database, id } = await fill();
    await using _ = database;
    const sealed = createKeyring(strange).seal('x', `registry:${id}:password`);
    await database.kysely.updateTable('registry').set({ password_sealed: sealed }).execute();
    const keyring = await openKeyring(database, () => now, [before]);
    expect(await reseal(database, keyring, at, '(gateway)')).toMatchObject({ secrets: 2, unreadable: [id] });
    const row = await database.kysely.selectFrom('registry').select('password_sealed').executeTakeFirst();
    expect(row).toEqual({ password_sealed: sealed });
  });

  it('changes nothing at all where its end fails', async () => {
    const { database } = await fill();
    await using _ = database;
    const read = () =>
      database.kysely.selectFrom('registry').select(['password_sealed', 'client_certificate_sealed']).execute();
    const rows = await read();
    const keyring = await openKeyring(database, () => now, [before]);
    await refuseChanges(database.kysely, { change: 'insert', table: 'audit_entry' }, 'full');
    await expect(reseal(database, keyring, at, '(gateway)')).rejects.toThrow('full');
    expect(await read()).toEqual(rows);
    await openKeyring(database, () => before);
  });
});

describe('the list of sealed columns', () => {
  it('has every column that is named so', async () => {
    await using database = await openMemory();
    const named = Object.values([...database.orm.getMetadata()]).flatMap((each) => {
      const { tableName, props } = Array.isArray(each)
        ? (each[1] as { tableName: string; props: { fieldNames?: string[] }[] })
        : each;
      return props.flatMap(({ fieldNames = [] }) =>
        fieldNames.filter((name) => name.endsWith('_sealed')).map((name) => `${tableName}.${name}`),
      );
    });
    expect(named.sort()).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort());
    expect(named.length).toBeGreaterThan(0);
  });

  it('has every column that holds sealed text when a registry has all it can have', async () => {
    const { database } = await fill();
    await using _ = database;
    const row = (await database.kysely.selectFrom('registry').selectAll().executeTakeFirstOrThrow()) as Record<
      string,
      unknown
    >;
    const sealed = Object.keys(row).filter((name) => /^v1\.[0-9a-f]{8}\./.test(String(row[name])));
    const ofRegistries = sealedColumns.filter(({ table }) => table === 'registry');
    expect(sealed.sort()).toEqual(ofRegistries.map(({ column }) => column as string).sort());
  });
});
