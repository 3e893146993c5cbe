import { isGivenUp, parseWebhookUrl, restAfter } from '../../../src/domain/webhook.js';

describe('restAfter', () => {
  test.each([
    [1, 500, 1000],
    [2, 1000, 2000],
    [12, 1_024_000, 2_048_000],
    [13, 1_800_000, 3_600_000],
    [1000, 1_800_000, 3_600_000],
  ])('after %s failures it is %s to %s milliseconds', (attempts, least, most) => {
    expect(restAfter(attempts, null, 0)).toBe(least);
    expect(restAfter(attempts, null, 0.999_999_9)).toBeLessThanOrEqual(most);
    expect(restAfter(attempts, null, 0.999_999_9)).toBeGreaterThan(most * 0.99);
  });
  test.each([
    [0, 500],
    [60, 60_000],
    [86_400, 3_600_000],
  ])('an endpoint that asks for %s seconds is left alone for %s milliseconds', (retryAfter, rest) => {
    expect(restAfter(1, retryAfter, 0)).toBe(rest);
  });
});

describe('isGivenUp', () => {
  const since = new Date('2026-01-01T00:00:00Z');
  const after = (hours: number): Date => new Date(since.getTime() + hours * 3_600_000);
  test.each([
    [30, 72, true],
    [30, 71.9, false],
    [29, 1000, false],
  ])('%s failures in %s hours: %s', (attempts, hours, expected) => {
    expect(isGivenUp(attempts, since, after(hours))).toBe(expected);
  });
});

describe('parseWebhookUrl', () => {
  test.each([
    ['https://a.example', 'https://a.example/'],
    ['HTTPS://A.example:8443/x?y=z', 'https://a.example:8443/x?y=z'],
    ['https://[2001:db8::1]/x', 'https://[2001:db8::1]/x'],
  ])('takes %s', (text, url) => {
    expect(parseWebhookUrl(text, false)).toBe(url);
  });
  test.each([
    ['nothing'],
    ['ftp://a.example'],
    ['javascript:alert(1)'],
    ['file:///etc/passwd'],
    ['https://'],
    ['https://a.example:0/'],
    ['https://a.example/#x'],
    ['https://u@a.example/'],
    ['https://:secret@a.example/'],
    [`https://a.example/${'x'.repeat(2048)}`],
    ['http://a.example/'],
  ])('refuses %s', (text) => {
    expect(() => parseWebhookUrl(text, false, 'input', 'url')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path: ['input', 'url'] } }),
    );
  });
  it('takes http: where that is allowed, and shows no password', () => {
    expect(parseWebhookUrl('http://a.example', true)).toBe('http://a.example/');
    expect(() => parseWebhookUrl('http://u:hunter2@a.example', true)).toThrow(/^(?!.*hunter2).*no password/);
  });
});
