import { createNetworkTest, networkOf, normalizeAddress, parseNetwork } from '../../../src/domain/network.js';

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.0/8', 'ipv4', '10.0.0.0', 8],
    ['0.0.0.0/0', 'ipv4', '0.0.0.0', 0],
    ['192.0.2.1', 'ipv4', '192.0.2.1', 32],
    ['2001:DB8::/32', 'ipv6', '2001:db8::', 32],
    ['::1', 'ipv6', '::1', 128],
    ['::ffff:10.0.0.0/104', 'ipv4', '10.0.0.0', 8],
    ['::ffff:10.1.2.3', 'ipv4', '10.1.2.3', 32],
  ])('reads %s', (text, family, address, prefix) => {
    expect(parseNetwork(text)).toEqual({ family, address, prefix });
  });

  it.each([
    '',
    '*',
    'true',
    '1',
    'localhost',
    'proxy.example',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/255.0.0.0',
    '10.0.0',
    '010.0.0.1',
    '0x7f.1',
    '2130706433',
    '10.0.0.1:80',
    '[::1]',
    '::1%lo',
    ' 10.0.0.1',
    '10.0.0.1/ 8',
  ])('refuses %j', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });
});

describe('createNetworkTest', () => {
  const isIn = createNetworkTest(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'].map((text) => parseNetwork(text)!));

  it.each([
    ['10.255.0.1', true],
    ['::ffff:10.0.0.1', true],
    ['::ffff:a00:1', true],
    ['2001:db8:ffff::1', true],
    ['2001:db8::1%eth0', true],
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['11.0.0.1', false],
    ['::ffff:11.0.0.1', false],
    ['2001:db9::1', false],
    ['::a00:1', false],
    ['10.0.0.1:80', false],
    ['unknown', false],
    ['', false],
  ])('finds %s: %s', (address, expected) => {
    expect(isIn(address)).toBe(expected);
  });

  it('finds nothing in no network', () => {
    expect(createNetworkTest([])('127.0.0.1')).toBe(false);
  });
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:a:b:c:d:e:f', '2001:db8:a:b::/64'],
  ['2001:db8:a:b::', '2001:db8:a:b::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', 'not an address'],
  ['x'.repeat(1000), 'x'.repeat(64)],
])('%.40s counts as %.64s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['300.0.0.1', null],
])('%s is spelt %s', (text, spelling) => {
  expect(normalizeAddress(text)).toBe(spelling);
});
