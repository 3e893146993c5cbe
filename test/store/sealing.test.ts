import { randomBytes } from 'node:crypto';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { openKeyring, readInstanceId } from '../../src/store/keys/canary.js';
import { openMemory } from './files.js';

const key = randomBytes(32);
const context = 'registry:1:password';
const refusal = { name: 'GatewayError', code: 'INTERNAL' };

function thrown(work: () => unknown): unknown {
  try {
    return { opened: work() };
  } catch (error) {
    return error;
  }
}

describe('a keyring', () => {
  const keyring = createKeyring(key);

  it.each(['', 'secret', 'pässwörd ✓', 'x'.repeat(100_000)])('opens what it sealed', (text) => {
    expect(keyring.open(keyring.seal(text, context), context)).toBe(text);
  });

  it('writes v1.<key id>.<iv>.<tag>.<ciphertext>, never twice the same, never the text', () => {
    const seals = Array.from({ length: 1000 }, () => keyring.seal('canary-password', context));
    expect(new Set(seals.map((sealed) => sealed.split('.')[2])).size).toBe(1000);
    for (const sealed of seals) {
      expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
      expect(Buffer.from(sealed.split('.')[4] ?? '', 'base64url').toString()).not.toContain('canary');
    }
  });

  it('refuses each of 1,000 flipped bits', () => {
    const sealed = keyring.seal('canary-password-of-some-length', context);
    const bits = sealed.length * 8;
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = Buffer.from(sealed, 'latin1');
      const bit = Math.floor((i * bits) / 1000);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const result = thrown(() => keyring.open(bytes.toString('latin1'), context));
      expect(result).toMatchObject(refusal);
      refused++;
    }
    expect(refused).toBe(1000);
  });

  it('refuses sealed text on another row or in another field', () => {
    const sealed = keyring.seal('secret', 'registry:1:password');
    expect(thrown(() => keyring.open(sealed, 'registry:2:password'))).toMatchObject(refusal);
    expect(thrown(() => keyring.open(sealed, 'registry:1:webhook'))).toMatchObject(refusal);
  });

  it('refuses parts of two seals put together, a short tag, and text that is no seal', () => {
    const a = keyring.seal('secret one', context).split('.');
    const b = keyring.seal('secret two', context).split('.');
    for (let i = 2; i < 5; i++)
      expect(thrown(() => keyring.open(a.with(i, b[i]!).join('.'), context))).toMatchObject(refusal);
    expect(thrown(() => keyring.open(a.with(3, a[3]!.slice(0, 6)).join('.'), context))).toMatchObject(refusal);
    for (const text of ['', 'v1', 'secret', 'v2' + a.join('.').slice(2), `${a.join('.')}=`, `${a.join('.')}\n`]) {
      expect(thrown(() => keyring.open(text, context))).toMatchObject(refusal);
    }
  });

  it('opens with an older key, seals with the primary, and names a key it lacks', () => {
    const old = createKeyring(randomBytes(32));
    const both = createKeyring(key, [randomBytes(32)]);
    const sealed = old.seal('secret', context);
    expect(thrown(() => both.open(sealed, context))).toMatchObject({
      message:
        `The stored secret ${context} cannot be opened: it was sealed with the key ${old.keyId}, which is ` +
        `not among this gateway's keys. Enter it again, or restore the backup and its key.`,
    });
    const oldKey = randomBytes(32);
    const before = createKeyring(oldKey).seal('secret', context);
    const after = createKeyring(key, [oldKey]);
    expect(after.open(before, context)).toBe('secret');
    expect(after.seal('secret', context).split('.')[1]).toBe(keyring.keyId);
  });

  it('a keyring is refused a key of 31 bytes', () => {
    expect(thrown(() => createKeyring(randomBytes(31)))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'The secret key must have at least 32 bytes.',
    });
  });
});

describe('openKeyring', () => {
  it('a key of a gateway that was second is refused, where two start at once with keys of their own', async () => {
    await using database = await openMemory();
    // It is called when the second has seen that nothing was sealed yet.
    const durably: typeof database.durably = async (work) => {
      await openKeyring(database, () => key);
      return database.durably(work);
    };
    const late = Object.assign(Object.create(database) as typeof database, { durably });
    await expect(openKeyring(late, () => randomBytes(32))).rejects.toMatchObject({ code: 'CONFLICT' });
    await openKeyring(database, () => key);
  });

  it('lets a key be made for a new database only, and refuses any other afterwards without touching it', async () => {
    await using database = await openMemory();
    const asked: boolean[] = [];
    const load = (bytes: Uint8Array) => (mayCreate: boolean) => {
      asked.push(mayCreate);
      return bytes;
    };
    await openKeyring(database, load(key));
    const before = await database.kysely.selectFrom('setting').selectAll().execute();
    await expect(openKeyring(database, load(randomBytes(32)))).rejects.toMatchObject({
      code: 'CONFLICT',
      message:
        'SECRET_KEY is not the key of this database: its stored credentials cannot be opened. Set the key it was ' +
        'started with first; nothing was changed.',
    });
    expect(await database.kysely.selectFrom('setting').selectAll().execute()).toEqual(before);
    await openKeyring(database, load(key));
    expect(asked).toEqual([true, false, false]);
  });

  it('accepts a new primary key beside the old one', async () => {
    await using database = await openMemory();
    await openKeyring(database, () => key);
    const next = await openKeyring(database, () => new Uint8Array(32).fill(7), [key]);
    expect(next.keyId).not.toBe(createKeyring(key).keyId);
  });
});

it('the instance keeps its id', async () => {
  await using database = await openMemory();
  const id = await readInstanceId(database);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await readInstanceId(database)).toBe(id);
});
