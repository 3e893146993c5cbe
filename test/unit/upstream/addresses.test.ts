import * as fc from 'fast-check';
import { parseNetwork } from '../../../src/domain/network.js';
import type { RegistryAddress } from '../../../src/domain/registry.js';
import { parseRegistryAddress } from '../../../src/domain/registry.js';
import { createAddressPolicy, createOuterPolicy, isForbiddenAddress } from '../../../src/upstream/network/addresses.js';

type Octets = readonly [number, number, number, number];

const networks = (...texts: string[]) => texts.map((text) => parseNetwork(text)!);
const policy = (allow: string[], deny: string[] = []) =>
  createAddressPolicy({ allow: networks(...allow), deny: networks(...deny) });

/** What no setting opens, IPv4: metadata of the clouds, link-local, unspecified, multicast, broadcast. */
const forbidden: readonly Octets[] = [
  [169, 254, 169, 254],
  [169, 254, 170, 2],
  [169, 254, 170, 23],
  [169, 254, 0, 23],
  [169, 254, 42, 42],
  [168, 63, 129, 16],
  [100, 100, 100, 200],
  [192, 0, 0, 192],
  [100, 80, 80, 80],
  [100, 96, 0, 96],
  [0, 0, 0, 0],
  [0, 1, 2, 3],
  [224, 0, 0, 1],
  [239, 255, 255, 250],
  [255, 255, 255, 255],
  [169, 254, 169, 253],
];

const hex = (...bytes: number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
const toNumber = ([a, b, c, d]: Octets): number => a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
const words = ([a, b, c, d]: Octets): string => `${hex(a, b)}:${hex(c, d)}`;
const inAlphabet = (text: string, zero: number): string =>
  text.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

/** Every way that a URL's host can be written which a URL parser takes for this IPv4 address. */
function spellV4(octets: Octets): string[] {
  const [a, b, c, d] = octets;
  const whole = toNumber(octets);
  const dotted = octets.join('.');
  const octal = (n: number): string => `0${n.toString(8)}`;
  const hexed = (n: number): string => `0x${n.toString(16)}`;
  return [
    dotted,
    `${dotted}.`,
    String(whole),
    `${whole}.`,
    hexed(whole),
    hexed(whole).toUpperCase(),
    octal(whole),
    `0x${'0'.repeat(40)}${whole.toString(16)}`,
    octets.map(octal).join('.'),
    octets.map(hexed).join('.'),
    octets.map((n) => `000${octal(n)}`).join('.'),
    `${a}.${hexed(b)}.${octal(c)}.${d}`,
    `${a}.${whole % 2 ** 24}`,
    `${a}.${b}.${whole % 2 ** 16}`,
    `${hexed(a)}.${hexed(whole % 2 ** 24)}`,
    `${octal(a)}.${b}.${hexed(whole % 2 ** 16)}`,
    // Digits of other scripts, and other full stops: IDNA makes them ASCII.
    inAlphabet(dotted, 0xff10),
    inAlphabet(dotted, 0x1d7ce),
    inAlphabet(dotted, 0x1d7d8),
    inAlphabet(dotted, 0x1d7ec),
    inAlphabet(dotted, 0x1d7f6),
    dotted.replaceAll('.', '\u3002'),
    dotted.replaceAll('.', '\uff0e'),
    dotted.replaceAll('.', '\uff61'),
    inAlphabet(dotted, 0xff10).replaceAll('.', '\uff0e'),
    `\u00ad${dotted}`,
    `${a}\u200b.${b}.${c}.${d}`,
    // Per cent, upper and lower case.
    dotted
      .split('')
      .map((char) => `%${hex(char.charCodeAt(0))}`)
      .join(''),
    dotted.replace('.', '%2E').replace('.', '%2e'),
    `%${hex(dotted.charCodeAt(0))}${dotted.slice(1)}`,
    octets.map((n) => `0X${hex(n).toUpperCase()}`).join('.'),
    `${octal(whole)}.`,
    `${octets.map(octal).join('.')}.`,
    inAlphabet(String(whole), 0xff10),
    inAlphabet(hexed(whole), 0xff10),
  ];
}

/** The IPv6 addresses that carry this IPv4 address, each spelled in several ways. */
function spellCarriers(octets: Octets): string[] {
  const [a, b, c, d] = octets;
  const carriers = [
    `::ffff:${octets.join('.')}`,
    `::ffff:${words(octets)}`,
    `::${octets.join('.')}`,
    `::ffff:0:${octets.join('.')}`,
    `64:ff9b::${octets.join('.')}`,
    // With a prefix of one's own no place but the right one begins with anything but zero.
    ...(a === 0 ? [] : [`64:ff9b:1::${octets.join('.')}`, `64:ff9b:1:${hex(a, b)}:${hex(0, c)}:${hex(d, 0)}::`]),
    ...(a === 0
      ? []
      : [`64:ff9b:1:0:${hex(0, a)}:${hex(b, c)}:${hex(d, 0)}:0`, `64:ff9b:1:${hex(0, a)}:${hex(0, b)}:${hex(c, d)}::`]),
    `2002:${words(octets)}::`,
    `2002:${words(octets)}::1`,
    `2001:0:${words(octets)}::1`,
    `2001:0:102:304:0:0:${hex(a ^ 255, b ^ 255)}:${hex(c ^ 255, d ^ 255)}`,
    `2001:db8::5efe:${octets.join('.')}`,
    `2001:db8::200:5efe:${octets.join('.')}`,
  ];
  return carriers.flatMap((each) => [`[${each}]`, `[${each.toUpperCase()}]`, `[${each.replace(/^::/, '0:0::')}]`]);
}

/** What the client of a registry connects to: the real parser of addresses, then Node's URL. null: refused before. */
function hostOf(host: string, user = ''): string | null {
  let addr: RegistryAddress;
  try {
    addr = parseRegistryAddress(`http://${user}${host}:5000`);
  } catch {
    return null;
  }
  return new URL(`${addr}/v2/`).hostname.replaceAll(/^\[|\]$/g, '');
}

describe('an address that no setting opens', () => {
  const open = policy(['0.0.0.0/0', '::/0']);
  const spellings = forbidden.flatMap((octets) => [...spellV4(octets), ...spellCarriers(octets)]);

  test('an address that no setting opens is refused in a thousand spellings, at the entrance or by what they mean', () => {
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(1000);
    const read = spellings.map((host) => [host, hostOf(host)] as const);
    expect(read.filter(([, host]) => host !== null && !isForbiddenAddress(host)).map(([spelling]) => spelling)).toEqual(
      [],
    );
    // Most of them get as far as that: the table is not of what no parser takes.
    expect(read.filter(([, host]) => host !== null).length).toBeGreaterThan(0.9 * spellings.length);
    expect(open('8.8.8.8')).toBe(true);
  });

  test('an address that no setting opens is not hidden by user info, a zone, or a port', () => {
    for (const octets of forbidden) {
      const host = octets.join('.');
      expect(hostOf(host, 'registry.example@')).toBeNull();
      expect(hostOf(host, 'a:b@')).toBeNull();
      expect(hostOf(`[::ffff:${host}%25eth0]`)).toBeNull();
      expect(isForbiddenAddress(`::ffff:${host}%eth0`)).toBe(true);
    }
  });

  test.each([
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd00:ec2::253',
    'fd00:ec2:ffff::1',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    'fe80::1',
    'fe80::a9fe:a9fe',
    'febf::1',
    '::',
    'ff02::1',
    'fe80::1%eth0',
    'fe80::1%\n',
    '',
    'a name',
    '1.2.3.4.5',
    '::g',
    '999.1.1.1',
  ])('%j', (address) => {
    expect(isForbiddenAddress(address)).toBe(true);
  });

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '172.16.0.1',
    '100.64.0.1',
    '8.8.8.8',
    '192.0.0.191',
    '168.63.129.17',
    '::1',
    '::ffff:127.0.0.1',
    'fd12:3456::1',
    'fd00:ec3::1',
    '2001:4860:4860::8888',
    '::ffff:10.0.0.1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::10.0.0.1',
    '64:ff9b:1:a00:0:100::',
    '2002:808:808::1',
  ])('%s may hold a registry, though it is near one that no setting opens', (address) => {
    expect([isForbiddenAddress(address), policy([])(address)]).toEqual([false, true]);
  });
});

describe('networks that are set', () => {
  test.each<[string, string[], string[], string, boolean]>([
    ['nothing set', [], [], '10.0.0.1', true],
    ['denied', [], ['10.0.0.0/8'], '10.255.255.255', false],
    ['beside what is denied', [], ['10.0.0.0/8'], '11.0.0.0', true],
    ['denied, IPv4-mapped', [], ['10.0.0.0/8'], '::ffff:10.0.0.1', false],
    ['denied, by NAT64', [], ['10.0.0.0/8'], '64:ff9b::10.0.0.1', false],
    ['denied, by 6to4', [], ['10.0.0.0/8'], '2002:a00:1::1', false],
    ['denied as IPv4-mapped', [], ['::ffff:10.0.0.0/104'], '10.0.0.1', false],
    ['denied IPv6', [], ['fd00::/8'], 'fd12::1', false],
    ['denied IPv6 with a zone', [], ['fd00::/8'], 'fd12::1%eth0', false],
    ['loopback denied', [], ['127.0.0.0/8', '::1/128'], '::1', false],
    ['loopback denied, mapped', [], ['127.0.0.0/8', '::1/128'], '::ffff:127.0.0.1', false],
    ['allowed', ['10.0.0.0/8'], [], '10.0.0.1', true],
    ['allowed, IPv4-mapped', ['10.0.0.0/8'], [], '::ffff:10.0.0.1', true],
    ['allowed only as what a translator stands before', ['10.0.0.0/8'], [], '64:ff9b::10.0.0.1', false],
    ['beside what is allowed', ['10.0.0.0/8'], [], '8.8.8.8', false],
    ['of the other family than what is allowed', ['10.0.0.0/8'], [], 'fd12::1', false],
    ['allowed and denied', ['10.0.0.0/8'], ['10.1.0.0/16'], '10.1.2.3', false],
    ['allowed and not denied', ['10.0.0.0/8'], ['10.1.0.0/16'], '10.2.2.3', true],
    ['everything of IPv4 denied', [], ['0.0.0.0/0'], '8.8.8.8', false],
    ['no address', [], [], 'registry.example', false],
  ])('%s', (_, allow, deny, address, expected) => {
    expect(policy(allow, deny)(address)).toBe(expected);
  });

  test('decide as their bits do, for any address and any two networks', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const ip = fc.tuple(octet, octet, octet, octet);
    const cidr = fc.tuple(ip, fc.integer({ min: 0, max: 32 }));
    const isIn = (address: Octets, [base, prefix]: readonly [Octets, number]): boolean =>
      Math.floor(toNumber(address) / 2 ** (32 - prefix)) === Math.floor(toNumber(base) / 2 ** (32 - prefix));
    fc.assert(
      fc.property(ip, cidr, cidr, (address, allow, deny) => {
        const isOpen = policy([`${allow[0].join('.')}/${allow[1]}`], [`${deny[0].join('.')}/${deny[1]}`]);
        return isOpen(address.join('.')) === (isIn(address, allow) && !isIn(address, deny));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('createOuterPolicy', () => {
  const inner = ['10.0.0.1', '172.16.0.1', '192.168.1.1', '127.0.0.1', '100.64.0.1', '192.0.0.1', '240.0.0.1'];
  const innerV6 = ['::1', 'fd00::1', 'fc00::1', '::ffff:10.0.0.1', '64:ff9b::10.0.0.1', '2002:a00:1::', '2001:db8::1'];
  const outer = ['93.184.216.34', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'];
  test.each([...inner, ...innerV6, 'no address'])('%s is closed until a setting names it', (address) => {
    expect(createOuterPolicy({ allow: [], deny: [] })(address)).toBe(false);
  });
  test.each(outer)('%s is open', (address) => {
    expect(createOuterPolicy({ allow: [], deny: [] })(address)).toBe(true);
    expect(createOuterPolicy({ allow: [], deny: networks('0.0.0.0/0', '::/0') })(address)).toBe(false);
  });
  test.each(inner)('%s is open once it is named, and then what is not named is closed', (address) => {
    const isOpen = createOuterPolicy({ allow: networks(address), deny: [] });
    expect([isOpen(address), isOpen('8.8.8.8')]).toEqual([true, false]);
    expect(createOuterPolicy({ allow: networks(address), deny: networks(address) })(address)).toBe(false);
  });
});
