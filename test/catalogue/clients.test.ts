import { sql } from 'kysely';
import { UpstreamClients } from '../../src/catalogue/clients.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import type { Upstream, UpstreamSettings } from '../../src/upstream/upstream.js';
import { listEngines } from '../support/servers/engines.js';

describe.each(listEngines('clients'))('on $name', ({ open }) => {
  test('a client is made for the address that its password was given for, whatever is remembered', async () => {
    await using database = await open();
    const registries = new RegistryStore(database, createKeyring(new Uint8Array(32)));
    const wanted = { name: 'r', addr: 'https://old.example', tlsSkipVerify: false, maxAge: 60 };
    const credentials = { username: 'u', password: 'of new' };
    const { id } = await registries.create({ ...wanted, credentials } as never);
    await registries.list();
    // As another gateway writes that is not heard yet: it gave the password with the new address.
    await sql`update registry set addr = 'https://new.example' where id = ${id}`.execute(database.kysely);
    expect(await registries.find(id)).toMatchObject({ addr: 'https://old.example' });
    const made: UpstreamSettings[] = [];
    const clients = new UpstreamClients(registries, (settings) => {
      made.push(settings);
      return { close: () => undefined, requests: 0 } as unknown as Upstream;
    });
    await clients.open(id);
    expect(made).toMatchObject([{ registry: { addr: 'https://new.example' }, credentials }]);
  });
});
