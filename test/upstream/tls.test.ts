import type { RepositoryName } from '../../src/domain/name.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { createAuthority } from '../support/servers/certificates.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { attach, catchFacts, listen, type Attach } from './wire.js';

const authority = createAuthority('Company CA');
const users = { alice: 'canary-pa55' };
const alice = { username: 'alice', password: 'canary-pa55' };
const opened: { close(): unknown }[] = [];

async function open(
  certificate: { certificate: string; key: string },
  settings: Attach = {},
  realm?: string,
): Promise<{ registry: MemoryRegistry; upstream: Upstream }> {
  const registry = await createMemoryRegistry({
    tls: certificate,
    ...(realm ? { auth: { mode: 'bearer', users, realm } } : {}),
  });
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

  describe('of a registry whose authority has its certificate from another', () => {
    const intermediate = authority.createIntermediate('Issuing CA');
    const issued = intermediate.issue();
    const chained = { ...issued, certificate: `${issued.certificate}${intermediate.certificate}` };
    const described = (pem: string): string => `subject=Company\r\n${pem.replaceAll('\n', '\r\n')}trailing words`;

    test.each([
      ['the root', chained, authority.certificate],
      ['the root and the intermediate', chained, `${authority.certificate}${intermediate.certificate}`],
      ['the root with text and CRLF', chained, described(authority.certificate)],
      ['the intermediate', chained, intermediate.certificate],
      ['the intermediate with text and CRLF', chained, described(intermediate.certificate)],
      ['the intermediate, which the server does not send', issued, intermediate.certificate],
      ["the server's certificate itself", chained, issued.certificate],
      ["the server's whole chain", chained, chained.certificate],
    ])('%s is enough', async (_what, certificate, caCertificate) => {
      await (await open(certificate, { caCertificate })).upstream.ping();
    });

    test.each([
      ['nothing', issued, null, /not trusted here/],
      [
        'another authority',
        chained,
        createAuthority('Other').certificate,
        /not trusted here\. It is not from the certificates given for it: Other\.$/,
      ],
      [
        'an authority that has expired',
        chained,
        createAuthority('Gone', true).certificate,
        /not trusted here\. It is not from the certificates given for it: Gone \(expired 2020-01-02\)\.$/,
      ],
      [
        "another server's certificate",
        chained,
        intermediate.issue({ hosts: ['other.example'] }).certificate,
        /not trusted here\. It is not from the certificates given for it: other\.example\.$/,
      ],
      [
        'its authority, for another name',
        intermediate.issue({ hosts: ['other.example'] }),
        intermediate.certificate,
        /its certificate is for another name\./,
      ],
      [
        'its own certificate, for another name',
        intermediate.issue({ hosts: ['other.example'] }),
        null,
        /another name|not trusted here/,
      ],
    ])('%s is not', async (_what, certificate, caCertificate, why) => {
      const { upstream } = await open(certificate, { caCertificate });
      expect(await catchFacts(upstream.ping())).toMatchObject({
        code: 'UPSTREAM_TLS',
        message: expect.stringMatching(why) as unknown,
      });
    });

    test('a server that is trusted by its own certificate is still asked for its name and its time', async () => {
      const other = intermediate.issue({ hosts: ['other.example'] });
      expect(await catchFacts((await open(other, { caCertificate: other.certificate })).upstream.ping())).toMatchObject(
        { code: 'UPSTREAM_TLS', message: expect.stringContaining('another name') as unknown },
      );
      const old = intermediate.issue({ expired: true });
      expect(await catchFacts((await open(old, { caCertificate: old.certificate })).upstream.ping())).toMatchObject({
        code: 'UPSTREAM_TLS',
        message: expect.stringContaining('has expired') as unknown,
      });
    });
  });

  test('TLS is not verified where that is switched off', async () => {
    await (await open(authority.issue({ expired: true }), { tlsSkipVerify: true })).upstream.ping();
  });

  test.each([
    [
      'an unknown authority',
      authority.issue(),
      null,
      'its certificate is from an authority that is not trusted here. Attach the registry with the certificate of ' +
        'that authority.',
    ],
    [
      'another name',
      authority.issue({ hosts: ['other.example'] }),
      authority.certificate,
      'its certificate is for another name.',
    ],
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

  describe('of a registry that wants a client certificate', () => {
    const clients = createAuthority('Client CA');
    const closed = { ...authority.issue(), clientAuthority: clients.certificate };
    const toClientCertificate = (issued: { certificate: string; key: string }) => ({
      certificate: issued.certificate,
      key: issued.key,
    });
    const known = toClientCertificate(clients.issue({ hosts: ['gateway'] }));

    test('shows one, on every connection', async () => {
      const { registry, upstream } = await open(closed, {
        caCertificate: authority.certificate,
        clientCertificate: known,
      });
      await upstream.ping();
      expect(await upstream.probeDelete('a' as RepositoryName)).toBe('enabled');
      expect(registry.requests).toHaveLength(2);
    });

    test('shows the chain of one', async () => {
      const between = clients.createIntermediate('Client Issuing');
      const issued = between.issue({ hosts: ['gateway'] });
      const clientCertificate = { certificate: `${issued.certificate}${between.certificate}`, key: issued.key };
      await (await open(closed, { caCertificate: authority.certificate, clientCertificate })).upstream.ping();
    });

    test.each([
      ['none', null, /client certificate/],
      [
        'one of another authority',
        toClientCertificate(createAuthority('Other').issue({ hosts: ['gateway'] })),
        /client certificate/,
      ],
    ])('a client is not let in with %s, and is told why', async (_what, clientCertificate, why) => {
      const { registry, upstream } = await open(closed, { caCertificate: authority.certificate, clientCertificate });
      expect(await catchFacts(upstream.ping())).toMatchObject({
        code: expect.stringMatching(/UPSTREAM_(?:TLS|UNREACHABLE)/) as unknown,
        message: expect.stringMatching(why) as unknown,
      });
      expect(registry.requests).toEqual([]);
    });

    test.each([
      ['host', 'localhost'],
      ['port of its host', '127.0.0.1'],
    ])('never shows it to another %s: token servers go without', async (_what, host) => {
      const other = await createMemoryRegistry({
        tls: { ...authority.issue({ hosts: [host] }), clientAuthority: clients.certificate },
      });
      opened.push(other);
      const realm = `${other.url.replace('127.0.0.1', host)}/token`;
      const { upstream } = await open(
        closed,
        { credentials: alice, caCertificate: authority.certificate, clientCertificate: known, authRealm: realm },
        realm,
      );
      expect(await catchFacts(upstream.ping())).toMatchObject({ host: new URL(realm).host });
      expect(other.requests).toEqual([]);
    });
  });

  test('never sends a password to a plain realm, though it is on the same host', async () => {
    const thief = await listen((_, response) => response.end('{"token":"t"}'));
    opened.push(thief);
    const { upstream } = await open(
      authority.issue(),
      { credentials: alice, caCertificate: authority.certificate, authRealm: `${thief.url}/token` },
      `${thief.url}/token`,
    );
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_REALM_REFUSED',
      message:
        `Registry test is reached over https and asks to log in over http, at ${thief.url}/token; nothing ` +
        'was sent there.',
    });
    expect(thief.seen).toEqual([]);
  });

  test('skips verification for the registry’s own host only', async () => {
    const other = await createMemoryRegistry({ tls: authority.issue({ hosts: ['localhost'] }) });
    opened.push(other);
    const realm = `${other.url.replace('127.0.0.1', 'localhost')}/token`;
    const { upstream } = await open(
      authority.issue(),
      { credentials: alice, tlsSkipVerify: true, authRealm: realm },
      realm,
    );
    expect(await catchFacts(upstream.ping())).toMatchObject({ code: 'UPSTREAM_TLS' });
    expect(other.requests).toEqual([]);
  });
});
