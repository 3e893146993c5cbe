import type { SingleSignOnSettings } from '../../src/domain/singlesignon.js';
import { createAccessTokenCheck } from '../../src/oidc/accesstoken.js';
import { createProvider } from '../../src/oidc/provider.js';
import { createProviderFetch } from '../../src/oidc/providerfetch.js';
import { createSigningKeys } from '../../src/oidc/signingkeys.js';
import { type OpenIdProvider, startOpenIdProvider } from '../support/servers/openidprovider.js';
import { createManualTimer } from '../support/timer.js';

let provider: OpenIdProvider;
beforeEach(async () => {
  provider = await startOpenIdProvider();
});
afterEach(() => provider.close());

/** A check of tokens over the wire, by a clock that is moved together with its timer. */
function open(more: Partial<SingleSignOnSettings> = {}) {
  const timer = createManualTimer();
  const clock = (): Date => new Date(Date.now() + timer.elapsed());
  const settings: SingleSignOnSettings = {
    issuer: provider.issuer,
    usernameClaim: 'preferred_username',
    groupsClaim: 'groups',
    roles: [{ group: '*', role: 'registries:ro' }],
    requiredGroup: null,
    audience: provider.audience,
    client: null,
    isHttpAllowed: true,
    ...more,
  };
  const { isHttpAllowed } = settings;
  const fetch = createProviderFetch({ deny: [], outboundProxies: undefined, isHttpAllowed, timer, userAgent: 'test' });
  const keys = createSigningKeys(() => createProvider(settings, { fetch, timer }).readKeys(), timer);
  const check = createAccessTokenCheck(settings, provider.audience, keys, clock);
  const sign = (header?: object, claims?: object): Promise<string> => {
    const exp = Math.floor(clock().getTime() / 1000) + 600;
    const usual = { iss: settings.issuer, aud: provider.audience, sub: 'ci', exp };
    return provider.sign({ ...usual, ...claims }, { ...header });
  };
  /** The subject; null: it is not valid; else the code of what stood against judging it. */
  const judge = async (token: string | Promise<string>): Promise<string | null> =>
    check(await token).then(
      (verified) => verified && verified.identity.subject,
      (error: { code: string }) => error.code,
    );
  return { timer, sign, judge, [Symbol.dispose]: () => fetch.close() };
}

test('a token of another type, or one that is good with a key only, is not taken', async () => {
  using opened = open();
  const { sign, judge } = opened;
  for (const typ of ['at+jwt', 'application/at+jwt', 'JWT']) expect(await judge(sign({ typ }))).toBe('ci');
  for (const typ of ['logout+jwt', 'dpop+jwt', 'id_token+jwt']) expect(await judge(sign({ typ }))).toBeNull();
  for (const claims of [{ events: {} }, { cnf: { jkt: 'x' } }, { typ: 'Refresh' }, { typ: 'ID' }])
    expect(await judge(sign({}, claims))).toBeNull();
});

test('a token that is over, or has no end, has nothing asked of the provider', async () => {
  using opened = open();
  const { sign, judge } = opened;
  const now = Math.floor(Date.now() / 1000);
  for (const exp of [now - 61, 0, undefined]) expect(await judge(sign({}, { exp }))).toBeNull();
  expect(provider.asked).toEqual([]);
  expect(await judge(sign({}, { exp: now - 50 }))).toBe('ci');
});

describe('the keys of the provider', () => {
  it('they are read once for all tokens, and again when a token has one that is not known', async () => {
    using opened = open();
    const { sign, judge, timer } = opened;
    for (let i = 0; i < 3; i++) expect(await judge(sign())).toBe('ci');
    expect(provider.count('/jwks')).toBe(1);
    const old = await sign();
    await provider.rotate();
    await timer.advance(30_000);
    expect(await judge(sign())).toBe('ci');
    expect(provider.count('/jwks')).toBe(2);
    // The key before counts for nothing more.
    expect(await judge(old)).toBeNull();
  });

  it('they are asked for once in half a minute, however many made-up ones come', async () => {
    using opened = open();
    const { sign, judge, timer } = opened;
    await judge(sign());
    await timer.advance(30_000);
    const made = Array.from({ length: 50 }, (_each, i) => judge(sign({ kid: `made-${i}` })));
    expect(new Set(await Promise.all(made))).toEqual(new Set([null]));
    expect(provider.count('/jwks')).toBe(2);
    expect(await judge(sign({ kid: 'more' }))).toBeNull();
    expect(provider.count('/jwks')).toBe(2);
  });

  it('they are those that are known while the provider is away, for a day', async () => {
    using opened = open();
    const { sign, judge, timer } = opened;
    expect(await judge(sign())).toBe('ci');
    provider.setAway(true);
    await timer.advance(23 * 60 * 60_000);
    expect(await judge(sign())).toBe('ci');
    await timer.advance(60 * 60_000);
    expect(await judge(sign())).toBe('LOGIN_UNAVAILABLE');
    provider.setAway(false);
    await timer.advance(30_000);
    expect(await judge(sign())).toBe('ci');
  });

  it.each<[string, string]>([
    ['no JSON', '<html>'],
    ['no list', '{"keys":{}}'],
    ['too many', JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'RSA' })) })],
    ['more bytes than are read', `{"keys":[],"x":"${'x'.repeat(300_000)}"}`],
  ])('keys that come as %s are the fault of the provider', async (_name, text) => {
    using opened = open();
    provider.answer('/jwks', (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(text);
    });
    expect(await opened.judge(opened.sign())).toBe('LOGIN_UNAVAILABLE');
  });

  it('keys that do not come in ten seconds are not waited for', async () => {
    using opened = open();
    const { timer, judge, sign } = opened;
    const asked = new Promise<void>((resolve) => provider.answer('/jwks', () => resolve()));
    const judged = judge(sign());
    await asked;
    await timer.advance(10_000);
    expect(await judged).toBe('LOGIN_UNAVAILABLE');
  });

  it('keys that both sides would have to know are not taken', async () => {
    using opened = open();
    const { judge, sign } = opened;
    const secret = Buffer.from('a secret that both would have to know').toString('base64url');
    provider.answer('/jwks', (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [{ kty: 'oct', k: secret, kid: 'shared' }] }));
    });
    expect(await judge(sign({ kid: 'shared' }))).toBeNull();
  });
});

it('a provider whose metadata names another issuer, or an address that is not encrypted, is not taken', async () => {
  const metadata = (await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()) as object;
  for (const more of [{ issuer: 'https://elsewhere.example' }, { jwks_uri: 'file:///etc/passwd' }, { jwks_uri: 7 }]) {
    provider.answer('/.well-known/openid-configuration', (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...metadata, ...more }));
    });
    using opened = open();
    expect(await opened.judge(opened.sign())).toBe('LOGIN_UNAVAILABLE');
  }
  provider.answer('/.well-known/openid-configuration', null);
  using strict = open({ isHttpAllowed: false });
  expect(await strict.judge(strict.sign())).toBe('LOGIN_UNAVAILABLE');
  expect(provider.count('/jwks')).toBe(0);
});
