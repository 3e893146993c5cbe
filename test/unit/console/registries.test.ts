import { connectionOf, inputOf, nothingEntered, stepOfPath } from '../../../src/console/pure/attaching.js';
import { changesOf, suggestName, type EnteredRegistry } from '../../../src/console/pure/registrychange.js';

const before: EnteredRegistry = {
  name: 'local',
  addr: 'https://registry.example.com',
  pullHost: 'registry.example.com',
  maxAge: 30,
  followedRepositories: ['team/*'],
  tlsSkipVerify: false,
  login: 'keep',
  username: '',
  password: '',
  caCertificate: '',
};

test('settings that were not changed are not sent', () => {
  expect(changesOf(before, before)).toEqual({});
});

test('settings that were changed are sent, and an empty pull host is none', () => {
  const entered: EnteredRegistry = {
    ...before,
    name: 'other',
    pullHost: '',
    maxAge: 60,
    followedRepositories: [],
    tlsSkipVerify: true,
    caCertificate: 'PEM',
  };
  expect(changesOf(before, entered)).toEqual({
    name: 'other',
    pullHost: null,
    maxAge: 60,
    followedRepositories: [],
    tlsSkipVerify: true,
    caCertificate: 'PEM',
  });
});

test('credentials stay, are given anew, or are removed', () => {
  const given = { ...before, username: 'ann', password: 'secret' };
  expect(changesOf(before, given)).toEqual({});
  expect(changesOf(before, { ...given, login: 'replace' })).toEqual({
    credentials: { username: 'ann', password: 'secret' },
  });
  expect(changesOf(before, { ...given, login: 'remove' })).toEqual({ credentials: null });
});

test.each([
  ['https://registry.example.com:5000/prefix', 'registry.example.com'],
  ['http://[::1]:5000', ''],
  ['ftp://registry.example.com', ''],
])('the name that %s suggests is %j', (addr, name) => {
  expect(suggestName(addr)).toBe(name);
});

test('what was left empty is not sent when a registry is attached', () => {
  const entered = { ...nothingEntered, addr: 'https://a.example', name: 'a', username: 'ann', password: 'secret' };
  expect(inputOf(entered)).toEqual({ addr: 'https://a.example', name: 'a', maxAge: 30, tlsSkipVerify: false });
  expect(inputOf({ ...entered, login: 'basic' })).toMatchObject({ credentials: { username: 'ann' } });
});

test('a client certificate and a proxy are sent where they were entered, the proxy as the way that it is', () => {
  const entered = { ...nothingEntered, addr: 'https://a.example', clientCertificate: 'PEM', clientKey: 'KEY' };
  const shown = { clientCertificate: { certificate: 'PEM', key: 'KEY' } };
  expect(connectionOf({ ...entered, proxy: 'none' })).toMatchObject({ ...shown, proxy: { mode: 'NONE' } });
  const proxied = { ...entered, proxy: 'http://proxy:3128', proxyUsername: 'ann', proxyPassword: 'secret' };
  expect(connectionOf(proxied)).toMatchObject({
    proxy: { mode: 'OWN', url: 'http://proxy:3128' },
    proxyCredentials: { username: 'ann', password: 'secret' },
  });
});

test('a refusal is about the step that asks for its argument', () => {
  expect(stepOfPath(['input', 'addr'])).toBe('address');
  expect(stepOfPath(['input', 'credentials', 'username'])).toBe('login');
  expect(stepOfPath(['input', 'constructor'])).toBeNull();
  expect(stepOfPath(null)).toBeNull();
});
