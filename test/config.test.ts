import { chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { readConfig } from '../src/config.js';
import { ConfigError } from '../src/settings/reader.js';
import { loadSecretKey } from '../src/settings/key.js';
import { isLoopback } from '../src/domain/network.js';
import { defaultHttpLimits } from '../src/http/server.js';
import { createFolder } from './store/files.js';

const key = 'q8Jc3mVhZ0bT5nLxW2rYkP7sD1fG4aUe';

const numbers = [
  ['RATE_LIMIT', 1, 1_000_000],
  ['ANONYMOUS_RATE_LIMIT', 1, 1_000_000],
  ['MAX_CONNECTIONS', 10, 100_000],
  ['MAX_CONNECTIONS_PER_ADDRESS', 1, 100_000],
  ['WRITE_TIMEOUT', 1, 3600],
  ['MAX_LOOP_DELAY', 100, 60_000],
] as const;

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('readConfig', () => {
  it('has a default for everything, and takes an empty variable as not set', () => {
    const defaults = {
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: 'sqlite:data/gateway.db',
      databasePool: 10,
      keptAnswersAway: 60,
      anyFileSystem: false,
      secretKey: null,
      olderKeys: [],
      keyFile: 'data/gateway.key',
      admin: { username: 'admin', password: null },
      allowedOrigins: [],
      trustedProxies: [],
      proxyUserHeader: null,
      sessionIdleMinutes: 720,
      publicUrl: null,
      basePath: null,
      isConsoleServed: true,
      branding: { name: null, accent: null, logo: null },
      httpLimits: {
        requests: 600,
        anonymousRequests: 60,
        connections: 2000,
        connectionsPerAddress: 500,
        writeStall: 60_000,
        loopDelay: 1000,
      },
      streamsPerCaller: 10,
      logLevel: 'info',
      slowRequest: 1000,
      upstreamNetworks: { allow: [], deny: [] },
      isWebhookHttpAllowed: false,
      outboundProxies: { https: null, http: null, bypass: [] },
      singleSignOn: null,
      keep: { jobDays: 90, auditDays: null },
      maxAnswer: 8,
      metricsToken: null,
      operationTimeout: 10,
      searchCpu: 1,
      upstreamConcurrency: 64,
      searchProcesses: 2,
      warnings: [],
      tracing: null,
      trustedDocuments: null,
    };
    expect(readConfig({})).toEqual(defaults);
    expect(defaultHttpLimits).toMatchObject(defaults.httpLimits);
    const names = [
      'HOST',
      'PORT',
      'DATABASE_URL',
      'DATABASE_PASSWORD_FILE',
      'DATABASE_POOL',
      'DATABASE_FILE_SYSTEM',
      'SECRET_KEY',
      'SECRET_KEY_FILE',
      'SECRET_KEY_OLD',
      'SECRET_KEY_OLD_FILE',
      'ADMIN_USERNAME',
      'ADMIN_PASSWORD',
      'ADMIN_PASSWORD_FILE',
      'ALLOWED_ORIGINS',
      'TRUST_PROXY',
      'PUBLIC_URL',
      'BASE_PATH',
      'CONSOLE',
      'CONSOLE_NAME',
      'CONSOLE_ACCENT',
      'CONSOLE_LOGO',
      'STREAMS_PER_CALLER',
      ...numbers.map(([name]) => name),
      'LOG_LEVEL',
      'SLOW_REQUEST',
      'METRICS_TOKEN',
      'UPSTREAM_ALLOW_CIDRS',
      'UPSTREAM_DENY_CIDRS',
      'HTTPS_PROXY',
      'HTTP_PROXY',
      'NO_PROXY',
      'JOBS_KEEP_DAYS',
      'AUDIT_KEEP_DAYS',
      'MAX_ANSWER',
      'OPERATION_TIMEOUT',
      'SEARCH_CPU',
      'UPSTREAM_CONCURRENCY',
      'SEARCH_PROCESSES',
      'TRUSTED_DOCUMENTS',
      'WEBHOOK_SCHEMES',
    ];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(defaults);
  });

  it('takes every setting, and is frozen', () => {
    const config = readConfig({
      HOST: '::',
      PORT: '0',
      DATABASE_URL: 'sqlite:/var/lib/x.sqlite',
      DATABASE_POOL: '100',
      DATABASE_FILE_SYSTEM: 'any',
      SECRET_KEY: key,
      ADMIN_USERNAME: 'root@x',
      ADMIN_PASSWORD: '8 chars.',
      ALLOWED_ORIGINS: 'https://a.test, http://localhost:3000,',
      TRUST_PROXY: '10.0.0.0/8, 2001:db8::1,',
      PUBLIC_URL: 'https://Tools.test:8443/registry',
      BASE_PATH: '/registry/',
      CONSOLE: 'off',
      CONSOLE_NAME: ' Acme images ',
      CONSOLE_ACCENT: '#0A7',
      STREAMS_PER_CALLER: '3',
      LOG_LEVEL: 'debug',
      SLOW_REQUEST: '250',
      UPSTREAM_ALLOW_CIDRS: '10.0.0.0/8, fd00::/8,192.0.2.1',
      UPSTREAM_DENY_CIDRS: '::ffff:10.1.0.0/112',
      JOBS_KEEP_DAYS: '7',
      AUDIT_KEEP_DAYS: '3650',
      RATE_LIMIT: '1000',
      ANONYMOUS_RATE_LIMIT: '1',
      MAX_CONNECTIONS: '100000',
      MAX_CONNECTIONS_PER_ADDRESS: '20',
      WRITE_TIMEOUT: '30',
      MAX_LOOP_DELAY: '250',
      MAX_ANSWER: '64',
      OPERATION_TIMEOUT: '300',
      SEARCH_CPU: '30',
      SEARCH_PROCESSES: '1',
      UPSTREAM_CONCURRENCY: '8',
      METRICS_TOKEN: 'of-sixteen-or-more',
      WEBHOOK_SCHEMES: 'any',
      SESSION_IDLE_MINUTES: '30',
    });
    expect(config).toEqual({
      warnings: [],
      trustedDocuments: null,
      singleSignOn: null,
      proxyUserHeader: null,
      sessionIdleMinutes: 30,
      host: '::',
      port: 0,
      databaseUrl: 'sqlite:/var/lib/x.sqlite',
      databasePool: 100,
      keptAnswersAway: 60,
      anyFileSystem: true,
      secretKey: Buffer.from(key),
      olderKeys: [],
      keyFile: '/var/lib/x.key',
      admin: { username: 'root@x', password: '8 chars.' },
      allowedOrigins: ['https://a.test', 'http://localhost:3000'],
      trustedProxies: [
        { family: 'ipv4', address: '10.0.0.0', prefix: 8 },
        { family: 'ipv6', address: '2001:db8::1', prefix: 128 },
      ],
      publicUrl: 'https://tools.test:8443/registry/',
      basePath: '/registry',
      isConsoleServed: false,
      branding: { name: 'Acme images', accent: '#00aa77', logo: null },
      httpLimits: {
        requests: 1000,
        anonymousRequests: 1,
        connections: 100_000,
        connectionsPerAddress: 20,
        writeStall: 30_000,
        loopDelay: 250,
      },
      streamsPerCaller: 3,
      slowRequest: 250,
      logLevel: 'debug',
      upstreamNetworks: {
        allow: [
          { family: 'ipv4', address: '10.0.0.0', prefix: 8 },
          { family: 'ipv6', address: 'fd00::', prefix: 8 },
          { family: 'ipv4', address: '192.0.2.1', prefix: 32 },
        ],
        deny: [{ family: 'ipv4', address: '10.1.0.0', prefix: 16 }],
      },
      isWebhookHttpAllowed: true,
      outboundProxies: { https: null, http: null, bypass: [] },
      keep: { jobDays: 7, auditDays: 3650 },
      maxAnswer: 64,
      metricsToken: 'of-sixteen-or-more',
      operationTimeout: 300,
      searchCpu: 30,
      searchProcesses: 1,
      tracing: null,
      upstreamConcurrency: 8,
    });
    expect(
      [config, config.keep, config.admin, config.allowedOrigins, config.trustedProxies, config.httpLimits].every(
        Object.isFrozen,
      ),
    ).toBe(true);
  });

  const origins = 'ALLOWED_ORIGINS must be origins like https://host:port, joined by commas, without a path: ';
  const proxies = 'TRUST_PROXY must be addresses or networks of proxies like 10.0.0.0/8, joined by commas:';
  const networks = 'must be networks like 10.0.0.0/8 or fd00::/8, joined by commas:';
  const scrapers = 'must be 16 to 255 printable characters without spaces: openssl rand -hex 32 makes one.';
  const port = 'PORT must be a number from 0 to 65535; 0 takes any free port.';
  const url = 'DATABASE_URL must be "sqlite:<file>", "sqlite::memory:" or "postgres://user@host/database".';
  const make = 'Make one with: openssl rand -base64 32';
  it.each([
    ['HOST', 'http://x', 'HOST must be an address or a host name to listen on, without a scheme or port.'],
    ['HOST', 'a b', 'HOST must be an address or a host name to listen on, without a scheme or port.'],
    ['PORT', '65536', port],
    ['PORT', '-1', port],
    ['PORT', '80.5', port],
    ['PORT', '0x50', port],
    ['PORT', 'http', port],
    ['PORT', ' 80', port],
    ['STREAMS_PER_CALLER', '0', 'STREAMS_PER_CALLER must be a whole number from 1 to 999.'],
    ['STREAMS_PER_CALLER', '1000', 'STREAMS_PER_CALLER must be a whole number from 1 to 999.'],
    ['DATABASE_URL', 'mysql://u:p@h/d', url],
    ['DATABASE_POOL', '1', 'DATABASE_POOL must be a whole number from 2 to 100.'],
    ['DATABASE_POOL', '101', 'DATABASE_POOL must be a whole number from 2 to 100.'],
    ['DATABASE_URL', 'data/gateway.db', url],
    ['DATABASE_URL', 'sqlite:', url],
    ['SECRET_KEY', 'short', `SECRET_KEY has 5 bytes, but needs at least 32. ${make}`],
    ['SECRET_KEY', 'x'.repeat(31), `SECRET_KEY has 31 bytes, but needs at least 32. ${make}`],
    ['SECRET_KEY', '0123456789abcdef'.repeat(3), `SECRET_KEY has 48 hex digits, but needs at least 64. ${make}`],
    ['SECRET_KEY', 'x'.repeat(64), `SECRET_KEY is too simple: it repeats a few characters. ${make}`],
    ['SECRET_KEY_FILE', '/nowhere/key', 'SECRET_KEY_FILE /nowhere/key does not exist.'],
    ['ADMIN_USERNAME', 'Admin', 'ADMIN_USERNAME must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".'],
    ['ADMIN_USERNAME', 'a:b', 'ADMIN_USERNAME must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".'],
    ['ADMIN_PASSWORD', '7 chars', 'ADMIN_PASSWORD must have at least 8 characters.'],
    ['ALLOWED_ORIGINS', '*', 'ALLOWED_ORIGINS must name the origins one by one: "*" would let every site in.'],
    [
      'ALLOWED_ORIGINS',
      'https://a.test,*',
      'ALLOWED_ORIGINS must name the origins one by one: "*" would let every site in.',
    ],
    ['ALLOWED_ORIGINS', 'null', `${origins}"null" is none.`],
    ['ALLOWED_ORIGINS', 'https://a.test/', `${origins}"https://a.test/" is none.`],
    ['ALLOWED_ORIGINS', 'https://a.test, a.test', `${origins}"a.test" is none.`],
    [
      'ALLOWED_ORIGINS',
      'https://*.a.test',
      'ALLOWED_ORIGINS must name the origins one by one: "*" would let every site in.',
    ],
    ['ALLOWED_ORIGINS', 'https://A.test', `${origins}"https://A.test" is none.`],
    ['TRUST_PROXY', 'true', `${proxies} "true" is none.`],
    ['TRUST_PROXY', '*', `${proxies} "*" is none.`],
    ['TRUST_PROXY', '1', `${proxies} "1" is none.`],
    ['TRUST_PROXY', '10.0.0.1, proxy.example', `${proxies} "proxy.example" is none.`],
    ['TRUST_PROXY', '10.0.0.0/33', `${proxies} "10.0.0.0/33" is none.`],
    ['TRUST_PROXY', '10.0.0.1,0.0.0.0/0', `${proxies} 0.0.0.0/0 is everybody.`],
    ['TRUST_PROXY', '::/0', `${proxies} ::/0 is everybody.`],
    ['UPSTREAM_DENY_CIDRS', '10.0.0.0/33', `UPSTREAM_DENY_CIDRS ${networks} "10.0.0.0/33" is none.`],
    ['UPSTREAM_ALLOW_CIDRS', '10.0.0/8', `UPSTREAM_ALLOW_CIDRS ${networks} "10.0.0/8" is none.`],
    ['UPSTREAM_DENY_CIDRS', '010.0.0.0/8', `UPSTREAM_DENY_CIDRS ${networks} "010.0.0.0/8" is none.`],
    ['UPSTREAM_ALLOW_CIDRS', '10.0.0.0/', `UPSTREAM_ALLOW_CIDRS ${networks} "10.0.0.0/" is none.`],
    ['UPSTREAM_DENY_CIDRS', '10.0.0.0/-1', `UPSTREAM_DENY_CIDRS ${networks} "10.0.0.0/-1" is none.`],
    ['UPSTREAM_ALLOW_CIDRS', '10.0.0.0/255.0.0.0', `UPSTREAM_ALLOW_CIDRS ${networks} "10.0.0.0/255.0.0.0" is none.`],
    ['UPSTREAM_DENY_CIDRS', '::/129', `UPSTREAM_DENY_CIDRS ${networks} "::/129" is none.`],
    ['UPSTREAM_ALLOW_CIDRS', 'fe80::1%eth0/64', `UPSTREAM_ALLOW_CIDRS ${networks} "fe80::1%eth0/64" is none.`],
    ['UPSTREAM_DENY_CIDRS', 'registry.example', `UPSTREAM_DENY_CIDRS ${networks} "registry.example" is none.`],
    ['UPSTREAM_ALLOW_CIDRS', '*', `UPSTREAM_ALLOW_CIDRS ${networks} "*" is none.`],
    ['UPSTREAM_DENY_CIDRS', '0x0a.0.0.0/8', `UPSTREAM_DENY_CIDRS ${networks} "0x0a.0.0.0/8" is none.`],
    [
      'UPSTREAM_ALLOW_CIDRS',
      '10.0.0.0/8 10.1.0.0/16',
      `UPSTREAM_ALLOW_CIDRS ${networks} "10.0.0.0/8 10.1.0.0/16" is none.`,
    ],
    ['UPSTREAM_ALLOW_CIDRS', ' , ', `UPSTREAM_ALLOW_CIDRS ${networks} " , " is none.`],
    ...['0', '-1', '1.5', '36501', 'ever'].flatMap((text) =>
      ['JOBS_KEEP_DAYS', 'AUDIT_KEEP_DAYS'].map((name) => [
        name,
        text,
        `${name} must be a number of days from 1 to 36500.`,
      ]),
    ),
    ['MAX_ANSWER', '65', 'MAX_ANSWER must be a whole number from 1 to 64.'],
    ['OPERATION_TIMEOUT', '0', 'OPERATION_TIMEOUT must be a whole number from 1 to 300.'],
    ['OPERATION_TIMEOUT', '1e2', 'OPERATION_TIMEOUT must be a whole number from 1 to 300.'],
    ['SEARCH_CPU', '0', 'SEARCH_CPU must be a whole number from 1 to 300.'],
    ['SEARCH_PROCESSES', '17', 'SEARCH_PROCESSES must be a whole number from 1 to 16.'],
    ['METRICS_TOKEN', 'fifteen-letters', `METRICS_TOKEN ${scrapers}`],
    ['METRICS_TOKEN', 'sixteen letters..', `METRICS_TOKEN ${scrapers}`],
    ['LOG_LEVEL', 'verbose', 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.'],
  ])('refuses %s=%.40s', (variable, value, fault) => {
    expect(faultsOf({ [variable]: value })).toEqual([fault]);
  });

  it.each(numbers)('takes %s from %i to %i', (variable, least, most) => {
    const fault = `${variable} must be a whole number from ${least} to ${most}.`;
    for (const value of [least, most]) expect(faultsOf({ [variable]: String(value) })).toEqual([]);
    for (const value of [least - 1, most + 1, -least, `${least}.5`, '1e3', 'many'])
      expect(faultsOf({ [variable]: String(value) })).toEqual([fault]);
  });

  it('reports all faults at once, and never a secret', () => {
    const env = {
      PORT: 'x',
      DATABASE_URL: 'x',
      SECRET_KEY: 'canary-secret',
      ADMIN_PASSWORD: 'canary1',
      LOG_LEVEL: 'x',
      ADMIN_USERNAME: 'X',
    };
    const faults = faultsOf(env);
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'SECRET_KEY',
      'ADMIN_USERNAME',
      'ADMIN_PASSWORD',
      'LOG_LEVEL',
    ]);
    expect(faults.join('\n')).not.toContain('canary');
    expect(new ConfigError(faults).message).toBe(
      `The settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  });

  const parts =
    'letters, digits, ".", "_", "~" and "-" between slashes, 255 characters at most, its first part none of account, ' +
    'api, assets, auth,';
  const plain =
    'PUBLIC_URL must be an address like https://tools.example/registry/, without a user, a query or a fragment.';
  it.each([
    [{ PUBLIC_URL: 'https://tools.test' }, 'https://tools.test/', ''],
    [{ PUBLIC_URL: 'http://tools.test/a/b/' }, 'http://tools.test/a/b/', '/a/b'],
    [{ PUBLIC_URL: 'http://tools.test/a/../b' }, 'http://tools.test/b/', '/b'],
    [{ BASE_PATH: '/' }, null, ''],
    [{ BASE_PATH: '/a' }, null, '/a'],
  ])('%j says where users find it', (env, publicUrl, basePath) => {
    expect(readConfig(env)).toMatchObject({ publicUrl, basePath });
  });

  it.each([
    [{ PUBLIC_URL: 'tools.test/registry' }, plain],
    [{ PUBLIC_URL: 'ftp://tools.test' }, plain],
    [{ PUBLIC_URL: 'https://ann:canary@tools.test/' }, plain],
    [{ PUBLIC_URL: 'https://tools.test/a?b' }, plain],
    [{ PUBLIC_URL: 'https://tools.test/a#' }, plain],
    [{ PUBLIC_URL: 'https://tools.test/api/' }, `PUBLIC_URL must have a path like /registry/: ${parts}`],
    [{ PUBLIC_URL: 'https://tools.test/a%20b/' }, `PUBLIC_URL must have a path like /registry/: ${parts}`],
    [{ PUBLIC_URL: 'https://tools.test//a' }, `PUBLIC_URL must have a path like /registry/: ${parts}`],
    [{ BASE_PATH: 'registry' }, `BASE_PATH must be a path like /registry: ${parts}`],
    [{ BASE_PATH: '/graphql/x' }, `BASE_PATH must be a path like /registry: ${parts}`],
    [{ BASE_PATH: '//tools.test' }, `BASE_PATH must be a path like /registry: ${parts}`],
    [
      { PUBLIC_URL: 'https://tools.test/a', BASE_PATH: '/b' },
      'BASE_PATH is /b, and the path of PUBLIC_URL is /a: set one of them, or both alike.',
    ],
    [
      { PUBLIC_URL: 'https://tools.test', BASE_PATH: '/b' },
      'BASE_PATH is /b, and the path of PUBLIC_URL is /: set one of them, or both alike.',
    ],
    [
      { PUBLIC_URL: 'https://tools.test/a/', BASE_PATH: '/' },
      'BASE_PATH is /, and the path of PUBLIC_URL is /a: set one of them, or both alike.',
    ],
  ])('refuses %j', (env, fault) => {
    expect(faultsOf(env)).toEqual([expect.stringContaining(fault)]);
  });

  it('refuses a key given twice', () => {
    expect(faultsOf({ SECRET_KEY: key, SECRET_KEY_FILE: '/x' })).toEqual([
      'SECRET_KEY and SECRET_KEY_FILE are both set: set one of them.',
    ]);
  });

  it('refuses a password given twice', () => {
    const faults = ['ADMIN_PASSWORD and ADMIN_PASSWORD_FILE are both set: set one of them.'];
    expect(faultsOf({ ADMIN_PASSWORD: 'a good password', ADMIN_PASSWORD_FILE: '/x' })).toEqual(faults);
  });

  it.each([
    ['a good password', 'a good password'],
    ['a good password\n', 'a good password'],
    [' a good password \r\n', ' a good password '],
  ])('reads a password file that holds %j', (text, password) => {
    using folder = createFolder();
    const path = folder.file('password');
    writeFileSync(path, text, { mode: 0o600 });
    expect(readConfig({ ADMIN_PASSWORD_FILE: path }).admin.password).toBe(password);
  });

  it.each([
    ['', 0o600, 'is empty: it must have one line, the password.'],
    ['\n', 0o600, 'is empty: it must have one line, the password.'],
    ['a good password\nand another\n', 0o600, 'must have one line: the password.'],
    ['7 chars\n', 0o600, 'must have at least 8 characters.'],
    ['a good password', 0o604, 'is open to every user. Run: chmod 600 '],
    ['a good password'.repeat(5000), 0o600, 'has 75000 bytes: it is no file with a secret.'],
  ])('refuses a password file', (text, mode, fault) => {
    using folder = createFolder();
    const path = folder.file('password');
    writeFileSync(path, text);
    chmodSync(path, mode);
    expect(faultsOf({ ADMIN_PASSWORD_FILE: path })).toEqual([
      `ADMIN_PASSWORD_FILE ${path} ${fault}${fault.endsWith('600 ') ? path : ''}`,
    ]);
  });

  it('says that a password file does not exist', () => {
    expect(faultsOf({ ADMIN_PASSWORD_FILE: '/nowhere/password' })).toEqual([
      'ADMIN_PASSWORD_FILE /nowhere/password does not exist.',
    ]);
  });

  it('reads a key file, and refuses one open to every user or too short', () => {
    using folder = createFolder();
    const path = folder.file('key');
    writeFileSync(path, `${key}\n`, { mode: 0o600 });
    expect(readConfig({ SECRET_KEY_FILE: path }).secretKey).toEqual(Buffer.from(key));
    chmodSync(path, 0o644);
    expect(faultsOf({ SECRET_KEY_FILE: path })).toEqual([
      `SECRET_KEY_FILE ${path} is open to every user. Run: chmod 600 ${path}`,
    ]);
    chmodSync(path, 0o600);
    writeFileSync(path, 'short');
    expect(faultsOf({ SECRET_KEY_FILE: path })).toEqual([
      `SECRET_KEY_FILE ${path} has 5 bytes, but needs at least 32. Make one with: openssl rand -base64 32`,
    ]);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.0.1', false],
  ['gateway.example', false],
])('%s is reached by this machine alone: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

describe('a key file', () => {
  it.each<[number, 'root' | 'another', string | null]>([
    [0o600, 'root', null],
    [0o440, 'root', null],
    [0o640, 'root', null],
    [0o660, 'root', 'its group'],
    [0o644, 'root', 'every user'],
    [0o400, 'another', null],
    [0o640, 'another', 'its group'],
    [0o620, 'another', 'its group'],
    [0o606, 'another', 'every user'],
  ])('a key file of mode %o, of %s, is open to %s', (mode, owner, exposure) => {
    using folder = createFolder();
    const path = folder.file('key');
    writeFileSync(path, key, { mode: 0o600 });
    // Only root gives files away.
    if (process.getuid?.() === 0) chownSync(path, owner === 'root' ? 0 : 1234, 0);
    else if (owner === 'root') return;
    chmodSync(path, mode);
    const faults = exposure === null ? [] : [`SECRET_KEY_FILE ${path} is open to ${exposure}. Run: chmod 600 ${path}`];
    expect(faultsOf({ SECRET_KEY_FILE: path })).toEqual(faults);
  });
});

describe('loadSecretKey', () => {
  it('gives the key of the settings and writes nothing', () => {
    using folder = createFolder();
    const given = Buffer.from(key);
    expect(loadSecretKey({ secretKey: given, olderKeys: [], keyFile: folder.file('g.key') }, true)).toBe(given);
    expect(existsSync(folder.file('g.key'))).toBe(false);
  });

  it('makes a key file, mode 0600, once', () => {
    using folder = createFolder();
    const settings = { secretKey: null, olderKeys: [], keyFile: folder.file('g.key') };
    const made = loadSecretKey(settings, true);
    expect(made).toHaveLength(44);
    expect(statSync(settings.keyFile).mode & 0o777).toBe(0o600);
    expect(loadSecretKey(settings, true)).toEqual(made);
    expect(loadSecretKey(settings, false)).toEqual(made);
  });

  it('makes none for a database that has a key already', () => {
    using folder = createFolder();
    const settings = { secretKey: null, olderKeys: [], keyFile: folder.file('g.key') };
    const fault =
      `SECRET_KEY is not set, and the key file ${settings.keyFile} does not exist. It holds the key of ` +
      'this database: restore it, or set SECRET_KEY to that key.';
    expect(() => loadSecretKey(settings, false)).toThrow(new ConfigError([fault]));
    expect(existsSync(settings.keyFile)).toBe(false);
  });

  it('refuses a key file open to every user, and leaves it as it is', () => {
    using folder = createFolder();
    const settings = { secretKey: null, olderKeys: [], keyFile: folder.file('g.key') };
    writeFileSync(settings.keyFile, key, { mode: 0o644 });
    chmodSync(settings.keyFile, 0o644);
    expect(() => loadSecretKey(settings, true)).toThrow(/is open to every user/);
    expect(readFileSync(settings.keyFile, 'utf8')).toBe(key);
  });

  it('makes a key for a database in memory', () => {
    expect(loadSecretKey(readConfig({ DATABASE_URL: 'sqlite::memory:' }), true)).toHaveLength(32);
  });
});

describe('outbound proxies', () => {
  const proxyOf = (hostname: string, source: string) => ({
    isTls: false,
    hostname,
    port: 3128,
    credentials: null,
    source,
  });

  it('outbound proxies are read in both spellings, that in small letters first', () => {
    const env = {
      HTTPS_PROXY: 'http://a.test:3128',
      http_proxy: 'http://b.test:3128',
      HTTP_PROXY: 'http://c.test:3128',
      NO_PROXY: 'd.test',
      no_proxy: '',
    };
    expect(readConfig(env).outboundProxies).toEqual({
      https: proxyOf('a.test', 'HTTPS_PROXY'),
      http: proxyOf('b.test', 'http_proxy'),
      bypass: [{ kind: 'name', name: 'd.test', isSelf: true, port: null }],
    });
    expect(readConfig({ ALL_PROXY: 'socks5://a.test:1080' }).outboundProxies).toEqual({
      https: null,
      http: null,
      bypass: [],
    });
  });

  it('outbound proxies are told of all at once where they are wrong, without a password', () => {
    const faults = faultsOf({
      HTTPS_PROXY: 'socks5://canary:canary@a.test',
      http_proxy: 'http://canary:can/ary@b.test',
      NO_PROXY: 'http://canary@c.test',
    });
    expect(faults).toEqual([
      expect.stringMatching(/^HTTPS_PROXY names a SOCKS proxy/),
      expect.stringMatching(/^http_proxy must be http:\/\/host:port/),
      expect.stringMatching(/^NO_PROXY must be hosts/),
    ]);
    expect(faults.join()).not.toContain('canary');
    expect(faultsOf({ NO_PROXY: '10.*' })).toEqual([expect.stringContaining('"10.*" is none.')]);
  });
});
