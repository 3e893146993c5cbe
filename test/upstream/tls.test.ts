import type { RepositoryName } from '../../src/domain/name.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { createAuthority } from '../support/certificates.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { attach, catchFacts, listen, type Attach } from './wire.js';

const authority = createAuthority('Company CA');
const users = { alice: 'canary-pa55' };
const alice = { username: 'alice', password: 'canary-pa55' };
const opened: { close(): unknown }[] = [];

async function open(certificate: { certificate: string; key: string }, settings: Attach = {}, realm?: string): Promise<{ registry: MemoryRegistry; upstream: Upstream }> {
  const registry = await createMemoryRegistry({ tls: certificate, ...(realm ? { auth: { mode: 'bearer', users, realm } } : {}) });
  const upstream = attach(registry.url, settings);
  opened.push(registry, upstream);
  return { registry, upstream };
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

describe('TLS', () => {
  test('trusts the own authority of a registry', async () => {
    const { upstream } = await open(authority.issue(), { caCertificate: authority.certificate });
    expect((await upstream.ping()).realm).toBeNull();
    expect(await upstream.probeDelete('a' as RepositoryName)).toBe('enabled');
  });

  test('trusts any of several certificates in one text', async () => {
    const both = `# ours\n${createAuthority('Other').certificate}\n${authority.certificate}`;
    await (await open(authority.issue(), { caCertificate: both })).upstream.ping();
  });

  test('is not verified where that is switched off', async () => {
    await (await open(authority.issue({ expired: true }), { tlsSkipVerify: true })).upstream.ping();
  });

  test.each([
    ['an unknown authority', authority.issue(), null, 'its certificate is from an authority that is not trusted here. Attach the registry with the certificate of that authority.'],
    ['another name', authority.issue({ hosts: ['other.example'] }), authority.certificate, 'its certificate is for another name.'],
    ['a time that is over', authority.issue({ expired: true }), authority.certificate, 'its certificate has expired.'],
  ])('refuses a certificate for %s, in one try', async (_, certificate, caCertificate, why) => {
    const { registry, upstream } = await open(certificate, { caCertificate });
    let sent = 0;
    expect(await catchFacts(upstream.ping({ onRequest: () => sent++ }))).toEqual({
      name: 'GatewayError',
      code: 'UPSTREAM_TLS',
      message: `No trusted TLS connection to registry test for the ping: ${why}`,
      registry: 'test',
    });
    expect([sent, registry.requests.length]).toEqual([1, 0]);
  });

  test('never sends a password to a plain realm, though it is on the same host', async () => {
    const thief = await listen((_, response) => response.end('{"token":"t"}'));
    opened.push(thief);
    const { upstream } = await open(authority.issue(), { credentials: alice, caCertificate: authority.certificate, authRealm: `${thief.url}/token` }, `${thief.url}/token`);
    expect(await catchFacts(upstream.ping())).toMatchObject({ code: 'UPSTREAM_REALM_REFUSED', message: `Registry test is reached over https and asks to log in over http, at ${thief.url}/token; nothing was sent there.` });
    expect(thief.seen).toEqual([]);
  });

  test('skips verification for the registry’s own host only', async () => {
    const other = await createMemoryRegistry({ tls: authority.issue({ hosts: ['localhost'] }) });
    opened.push(other);
    const realm = `${other.url.replace('127.0.0.1', 'localhost')}/token`;
    const { upstream } = await open(authority.issue(), { credentials: alice, tlsSkipVerify: true, authRealm: realm }, realm);
    expect(await catchFacts(upstream.ping())).toMatchObject({ code: 'UPSTREAM_TLS' });
    expect(other.requests).toEqual([]);
  });
});
