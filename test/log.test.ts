import { createToken } from '../src/auth/token.js';
import { createLogger, scrub } from '../src/log.js';

const canary = 'canary-9f3b';

async function logged(
  write: (logger: Awaited<ReturnType<typeof createLogger>>) => void,
  isTTY = false,
): Promise<string> {
  let text = '';
  write(await createLogger('trace', { isTTY, write: (line) => (text += line) }));
  return text;
}

describe('the log', () => {
  it('the log is JSON, one object a line', async () => {
    const text = await logged((log) => log.info({ registry: 'local' }, 'a\nb'));
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(text)).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      registry: 'local',
      msg: 'a\nb',
    });
  });

  it('the log is readable in a terminal, and as clean', async () => {
    const text = await logged((log) => log.info({ password: canary }, `hello ${createToken()}`), true);
    expect(text).toContain('hello rgw_[redacted]');
    expect(text).not.toContain(canary);
    expect(text.startsWith('{')).toBe(false);
  });

  it.each<[string, object]>([
    ['a password', { password: canary }],
    ['a nested password', { input: { password: canary } }],
    ['credentials', { registry: { credentials: { username: 'u', password: canary } } }],
    ['a token', { auth_token: canary }],
    ['the request headers', { req: { headers: { authorization: canary, 'x-access-token': canary, cookie: canary } } }],
    ['the query of a request', { req: { method: 'GET', url: `/graphql?query=${canary}`, host: 'h', ip: '::1' } }],
    ['a header on its own', { 'x-access-token': canary }],
    [
      'an error with its request',
      {
        err: Object.assign(new Error('x'), {
          options: { headers: { authorization: canary } },
          response: { body: canary },
        }),
      },
    ],
    [
      'the cause of an error',
      { err: new Error('x', { cause: Object.assign(new Error('y'), { options: { password: canary } }) }) },
    ],
    ['an error that quotes a header', { err: new Error(`sent Bearer ${canary}`) }],
    ['an address with a password', { url: `https://user:${canary}@host/path` }],
  ])('never shows %s', async (_what, fields) => {
    expect(await logged((log) => log.error(fields, 'message'))).not.toContain(canary);
  });

  it('keeps what is needed of an error', async () => {
    const error = Object.assign(new Error('refused', { cause: new Error('inner') }), { code: 'ECONNREFUSED' });
    expect(JSON.parse(await logged((log) => log.error({ err: error })))).toMatchObject({
      err: {
        type: 'Error',
        message: 'refused',
        code: 'ECONNREFUSED',
        stack: expect.any(String),
        cause: { message: 'inner' },
      },
    });
  });
});

it.each([
  ['Authorization: Basic dXNlcjpwYXNz next', 'Authorization: Basic [redacted] next'],
  ['bearer abc.def-ghi', 'bearer [redacted]'],
  [`ci:${createToken()}`, 'ci:rgw_[redacted]'],
  ['http://u:p@h/x and https://t@h', 'http://[redacted]@h/x and https://[redacted]@h'],
  ['https://h/x?a=b@c', 'https://h/x?a=b@c'],
  ['image@sha256:abc', 'image@sha256:abc'],
])('scrub(%j)', (line, clean) => {
  expect(scrub(line)).toBe(clean);
});
