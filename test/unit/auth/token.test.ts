import { createRandomText, createToken, hashToken, parseToken } from '../../../src/auth/token.js';

describe('a token', () => {
  it('a token is rgw_ and 38 letters and digits, never twice the same', () => {
    const tokens = Array.from({ length: 2000 }, createToken);
    for (const token of tokens) {
      expect(token).toMatch(/^rgw_[0-9A-Za-z]{38}$/);
      expect(parseToken(token)).toBe(token);
    }
    expect(new Set(tokens).size).toBe(2000);
  });

  it('a token is refused by its checksum when any one character is another', () => {
    const token = createToken();
    let accepted = 0;
    for (let i = 0; i < token.length; i++) {
      for (const other of '0aZ9') {
        if (other !== token[i] && parseToken(token.slice(0, i) + other + token.slice(i + 1))) accepted++;
      }
    }
    expect(accepted).toBe(0);
  });

  it.each([
    '',
    'rgw_',
    `rgw_${'a'.repeat(38)}`,
    ` ${createToken()}`,
    `${createToken()}\n`,
    createToken().toLowerCase(),
    'x'.repeat(1_000_000),
  ])('a text of another form is no token', (text) => {
    expect(parseToken(text)).toBeNull();
  });

  it('a token is stored as its SHA-256', () => {
    const token = createToken();
    expect(hashToken(token)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken(token)).not.toBe(hashToken(createToken()));
  });
});

it('random text uses all of base62', () => {
  expect(new Set(createRandomText(5000)).size).toBe(62);
});
