import { Webhook } from 'standardwebhooks';
import { createWebhookSecret, parseWebhookSecret, signMessage } from '../../../src/webhooks/signature.js';

const message = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000), body: '{"umlaut":"ü"}' };

test('a message is signed as the reference vector of Standard Webhooks says', () => {
  const vector = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
  expect(signMessage(vector, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toEqual({
    'webhook-id': vector.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the library of Standard Webhooks takes what is signed, by either of two secrets, and nothing else', () => {
  const [present, former, other] = [createWebhookSecret(), createWebhookSecret(), createWebhookSecret()];
  const headers = signMessage(message, [present, former]);
  for (const secret of [present, former])
    expect(new Webhook(secret).verify(message.body, headers)).toEqual({ umlaut: 'ü' });
  expect(() => new Webhook(other).verify(message.body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(present).verify(`${message.body} `, headers)).toThrow('No matching signature');
});

test('secrets are unlike each other, and taken as they are made', () => {
  const made = Array.from({ length: 100 }, createWebhookSecret);
  expect(new Set(made).size).toBe(100);
  for (const secret of made) expect(parseWebhookSecret(secret)).toBe(secret);
});

test.each([
  ['no prefix', Buffer.alloc(32, 1).toString('base64')],
  ['too short', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
  ['too long', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
  ['no base64', `whsec_${'!'.repeat(44)}`],
  ['base64url', `whsec_${Buffer.alloc(32, 0xff).toString('base64url')}`],
  ['nothing', ''],
])('a secret with %s is refused, and not quoted', (_, text) => {
  let message = '';
  try {
    parseWebhookSecret(text, 'input', 'secret');
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', facts: { path: ['input', 'secret'] } });
    message = (error as Error).message;
  }
  expect(message).toMatch(/^"secret" must be whsec_ and the base64/);
  if (text !== '') expect(message).not.toContain(text);
});

test.each([24, 64])('a secret of %s bytes is taken', (bytes) => {
  const text = `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  expect(parseWebhookSecret(text)).toBe(text);
});
