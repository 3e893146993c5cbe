import { createNetworkTest, parseNetwork } from '../../src/domain/network.js';
import { findClient } from '../../src/http/proxies.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

const networks = (...texts: string[]) => texts.map((text) => parseNetwork(text)!);

describe('findClient', () => {
  const isIn = createNetworkTest(networks('127.0.0.1', '10.0.0.0/8', 'fd00::/8'));
  it.each([
    ['the only entry', '203.0.113.7', '203.0.113.7'],
    ['nothing but the proxy', undefined, '127.0.0.1'],
    ['an empty header', '', '127.0.0.1'],
    ['what a client made up, left of it', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['a chain of trusted proxies', '203.0.113.7, 10.1.1.1, fd00::2', '203.0.113.7'],
    ['a proxy that is not trusted', '203.0.113.7, 192.0.2.9, 10.1.1.1', '192.0.2.9'],
    ['trusted addresses alone', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['IPv6', '2001:DB8::7', '2001:db8::7'],
    ['IPv6 with a port', '[2001:db8::7]:443', '2001:db8::7'],
    ['IPv6 in brackets', '[2001:db8::7]', '2001:db8::7'],
    ['IPv6 with a zone', 'fe80::1%eth0', 'fe80::1'],
    ['IPv4 with a port', '203.0.113.7:51234', '203.0.113.7'],
    ['IPv4 within IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
    ['a trusted proxy as IPv4 within IPv6', '203.0.113.7, ::ffff:10.0.0.1', '203.0.113.7'],
    ['a word', 'unknown', '127.0.0.1'],
    ['a word behind a trusted proxy', '203.0.113.7, unknown, 10.1.1.1', '10.1.1.1'],
    ['markup', '<script>', '127.0.0.1'],
    ['half an address', '203.0.113', '127.0.0.1'],
    ['an entry that is missing', '203.0.113.7,', '127.0.0.1'],
    ['spaces and tabs', ' \t203.0.113.7 \t', '203.0.113.7'],
    ['two headers', ['198.51.100.1', '203.0.113.7'], '203.0.113.7'],
    ['a long text', '9'.repeat(10_000), '127.0.0.1'],
  ])('finds the client by %s', (_, header, client) => {
    expect(findClient('127.0.0.1', header, (address) => address !== undefined && isIn(address))).toBe(client);
  });
});

const logIn = (gateway: TestGateway, forwarded: string | null, password = 'wrong') =>
  gateway.rest<{ error?: { code: string } }>('POST', '/auth/login', {
    access: null,
    body: { username: 'admin', password },
    headers: forwarded === null ? {} : { 'x-forwarded-for': forwarded },
  });

async function auditedAddresses(gateway: TestGateway): Promise<string[]> {
  const query = '{ auditLog(first: 100, filter: { action: "login" }) { nodes { details } } }';
  const { body } = await gateway.graphql<{ auditLog: { nodes: { details: { clientAddress: string } }[] } }>(query);
  return body.data!.auditLog.nodes.map(({ details }) => details.clientAddress);
}

test('a forged X-Forwarded-For changes nothing where no proxy is trusted', async () => {
  await using gateway = await startGateway({ trustedProxies: networks('192.0.2.1') });
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await logIn(gateway, `203.0.113.${i}`)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect(new Set(await auditedAddresses(gateway))).toEqual(new Set(['127.0.0.1']));
  const requests = gateway.log.flatMap(({ client }) => client ?? []);
  expect(new Set(requests)).toEqual(new Set(['127.0.0.1']));
});

test("behind a trusted proxy the client's address is what is counted, audited and logged", async () => {
  await using gateway = await startGateway({ trustedProxies: networks('127.0.0.1') });
  const statuses = [];
  for (let i = 0; i < 6; i++) statuses.push((await logIn(gateway, `198.51.100.${i}, 203.0.113.7`)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect((await logIn(gateway, '203.0.113.8', 'correct horse battery')).status).toBe(200);
  const addresses = await auditedAddresses(gateway);
  expect(addresses.slice(0, 6)).toEqual(['203.0.113.8', ...Array<string>(5).fill('203.0.113.7')]);
  const requests = gateway.log.flatMap(({ client }) => client ?? []);
  expect(requests).toContain('203.0.113.7');
});

test('IPv6 clients of a trusted proxy are counted by their network, and a header that is none counts as the proxy', async () => {
  await using gateway = await startGateway({ trustedProxies: networks('127.0.0.0/8') });
  const six = [];
  for (let i = 0; i < 6; i++) six.push((await logIn(gateway, `2001:db8:0:1::${i}`)).status);
  expect(six).toEqual([401, 401, 401, 401, 401, 429]);
  const garbage = [];
  for (let i = 0; i < 6; i++) garbage.push((await logIn(gateway, `client-${i}`)).status);
  expect(garbage).toEqual([401, 401, 401, 401, 401, 429]);
  expect((await logIn(gateway, '2001:db8:0:2::1', 'correct horse battery')).status).toBe(200);
});
