import { BypassFault, createBypass, parseBypass } from '../../../src/domain/bypass.js';
import { describeProxy, parseOutboundProxy, ProxyFault, urlOf } from '../../../src/domain/outboundproxy.js';

describe('the address of a proxy', () => {
  test.each([
    ['http://proxy.example:3128', false, 'proxy.example', 3128, null, 'http://proxy.example:3128'],
    ['http://proxy.example:3128/', false, 'proxy.example', 3128, null, 'http://proxy.example:3128'],
    ['proxy.example:3128', false, 'proxy.example', 3128, null, 'http://proxy.example:3128'],
    ['proxy.example', false, 'proxy.example', 80, null, 'http://proxy.example:80'],
    ['HTTPS://Proxy.Example', true, 'proxy.example', 443, null, 'https://proxy.example:443'],
    ['http://[fd00::1]:3128', false, 'fd00::1', 3128, null, 'http://[fd00::1]:3128'],
    [
      'http://ann:pa%3A%2F%40ss@10.0.0.1:8080',
      false,
      '10.0.0.1',
      8080,
      { username: 'ann', password: 'pa:/@ss' },
      'http://10.0.0.1:8080',
    ],
    [
      'ann:secret@proxy.example:1',
      false,
      'proxy.example',
      1,
      { username: 'ann', password: 'secret' },
      'http://proxy.example:1',
    ],
    [
      'http://ann@proxy.example',
      false,
      'proxy.example',
      80,
      { username: 'ann', password: '' },
      'http://proxy.example:80',
    ],
  ])('%s is read', (text, isTls, hostname, port, credentials, shown) => {
    const proxy = parseOutboundProxy(text, 'HTTPS_PROXY');
    expect(proxy).toEqual({ isTls, hostname, port, credentials, source: 'HTTPS_PROXY' });
    if (!(proxy instanceof ProxyFault))
      expect([urlOf(proxy), describeProxy(proxy)]).toEqual([shown, shown.replace(/^https?:\/\//, '')]);
  });

  test.each([
    ['socks5://canary@proxy.example:1080', /SOCKS/],
    ['ftp://canary@proxy.example', /must be http/],
    ['http://canary:pa/ss@proxy.example', /percent-encode/],
    ['http://proxy.example/canary', /must be http/],
    ['http://proxy.example?canary', /must be http/],
    ['http://proxy.example#canary', /must be http/],
    ['http://proxy.example:0', /must be http/],
    ['http://proxy.example:99999', /must be http/],
    ['http://', /must be http/],
    ['http://canary%ZZ:x@proxy.example', /percent-encode/],
    ['http://ca%3Anary:x@proxy.example', /no colon/],
    ['http://ann:canary%0A@proxy.example', /percent-encode/],
    [`http://${'canary'.repeat(400)}`, /must be http/],
  ])('%s is not, and the fault quotes nothing of it', (text, why) => {
    const fault = parseOutboundProxy(text, 'HTTPS_PROXY');
    expect(fault).toBeInstanceOf(ProxyFault);
    expect((fault as ProxyFault).text).toMatch(why);
    expect((fault as ProxyFault).text).not.toContain('canary');
  });
});

describe('NO_PROXY', () => {
  test.each([
    ['*', 'anything.example', 443, true],
    ['example.com', 'example.com', 443, true],
    ['Example.COM.', 'EXAMPLE.com.', 443, true],
    ['example.com', 'r.example.com', 443, true],
    ['example.com', 'badexample.com', 443, false],
    ['example.com', 'example.com.evil', 443, false],
    ['.example.com', 'r.example.com', 443, true],
    ['.example.com', 'example.com', 443, false],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['*.example.com', 'example.com', 443, false],
    ['example.com:5000', 'example.com', 5000, true],
    ['example.com:5000', 'example.com', 443, false],
    ['.example.com:5000', 'r.example.com', 5000, true],
    ['a.example, b.example\tc.example', 'c.example', 443, true],
    ['bücher.example', 'xn--bcher-kva.example', 443, true],
    ['registry', 'registry', 5000, true],
    ['10.0.0.1', '10.0.0.1', 443, true],
    ['10.0.0.1', '10.0.0.2', 443, false],
    ['10.0.0.1:5000', '10.0.0.1', 5000, true],
    ['10.0.0.1:5000', '10.0.0.1', 5001, false],
    ['10.0.0.0/8', '10.200.0.1', 443, true],
    ['10.0.0.0/8', '11.0.0.1', 443, false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', 443, true],
    ['10.0.0.0/8', 'ten.example', 443, false],
    ['fd00::/8', '[fd00::1]', 443, true],
    ['::1:2', '::1:2', 443, true],
    ['fd00::1', '[fd00:0::1]', 443, true],
    ['[fd00::1]:5000', '[fd00::1]', 5000, true],
    ['[fd00::1]:5000', '[fd00::1]', 443, false],
    ['', 'example.com', 443, false],
    ['', 'localhost', 5000, true],
    ['', 'r.localhost', 5000, true],
    ['', '127.9.9.9', 5000, true],
    ['', '[::1]', 5000, true],
    ['', '192.168.0.1', 5000, false],
  ])('%p: whether %s is asked directly at port %i is %p', (text, host, port, isDirect) => {
    const rules = parseBypass(text);
    if (rules instanceof BypassFault) throw new Error(rules.entry);
    expect(createBypass(rules)(host, port)).toBe(isDirect);
  });

  test.each([
    'http://example.com',
    '10.*',
    '10.0.0',
    'a.exa*mple',
    '10.0.0.0/33',
    'example.com:0',
    'example.com:99999',
    'a/b',
    '[::1',
    '[example.com]:1',
    'fe80::1%eth0',
    '..',
    '*.',
    'exa mple.com,b!c',
  ])('%s has an entry that is no rule', (text) => {
    expect(parseBypass(text)).toBeInstanceOf(BypassFault);
  });
});
