import { connectionOf, inputOf, nothingEntered, stepOfPath } from '../../../src/console/pure/attaching.js';
import { changesOf, suggestName, type EnteredRegistry, writeProxy } from '../../../src/console/pure/registrychange.js';

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
  clientCertificate: '',
  clientKey: '',
  proxy: 'http://proxy:3128',
  proxyUsername: '',
  proxyPassword: '',
  removesCa: false,
  removesClientCertificate: false,
  removesProxyCredentials: false,
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

test('a proxy and certificates are changed as they were entered, and removed where that is ticked', () => {
  expect(changesOf(before, { ...before, proxy: '' })).toEqual({ proxy: null });
  expect(changesOf(before, { ...before, proxy: 'none' })).toEqual({ proxy: { mode: 'NONE' } });
  const given = {
    ...before,
    proxy: 'http://other:3128',
    proxyUsername: 'ann',
    proxyPassword: 'secret',
    clientCertificate: 'PEM',
    clientKey: 'KEY',
    removesProxyCredentials: true,
  };
  expect(changesOf(before, given)).toEqual({
    proxy: { mode: 'OWN', url: 'http://other:3128' },
    proxyCredentials: { username: 'ann', password: 'secret' },
    clientCertificate: { certificate: 'PEM', key: 'KEY' },
  });
  const removes = { removesCa: true, removesClientCertificate: true, removesProxyCredentials: true };
  expect(changesOf(before, { ...before, ...removes })).toEqual({
    caCertificate: null,
    clientCertificate: null,
    proxyCredentials: null,
  });
});

test.each([
  ['ENVIRONMENT', null, ''],
  ['NONE', null, 'none'],
  ['OWN', 'http://proxy:3128', 'http://proxy:3128'],
])('the way %s stands in a form as a text that means it', (mode, url, text) => {
  expect(writeProxy({ mode, url })).toBe(text);
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
