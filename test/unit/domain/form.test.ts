import { decodeForm, longestForm } from '../../../src/domain/form.js';
import { TextError } from '../../../src/domain/utf8.js';

const utf8 = (text: string): Buffer => Buffer.from(text);

test.each<[string, string | Buffer, Record<string, string>]>([
  ['fields', 'username=ann&password=x', { username: 'ann', password: 'x' }],
  ['a plus, a space and an escaped plus', 'password=a+b%20c%2Bd', { password: 'a b c+d' }],
  ['escapes in either case', 'password=%c3%BC', { password: 'ü' }],
  ['UTF-8 that is not escaped', 'password=ü', { password: 'ü' }],
  ['an equals sign in a value', 'password=a=b', { password: 'a=b' }],
  ['an escaped ampersand', 'password=a%26b', { password: 'a&b' }],
  ['a name that is escaped', 'pass%77ord=x', { password: 'x' }],
  ['a field without a value', 'username&password=', { username: '', password: '' }],
  ['separators without fields', '&&username=ann&&', { username: 'ann' }],
  ['a mark of UTF-8', '\ufeffusername=ann', { username: 'ann' }],
  [
    'as many fields as may be',
    Array.from({ length: 32 }, (_, n) => `f${n}=`).join('&'),
    Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`f${n}`, ''])),
  ],
])('a form is read: %s', (_, bytes, fields) => {
  expect(decodeForm(Buffer.from(bytes as string))).toEqual(fields);
});

test('a field is never a prototype', () => {
  const fields = decodeForm(utf8('__proto__=x&constructor=y'));
  expect(Object.entries(fields)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
});

test.each<[string, string | Buffer, string]>([
  ['a "%" alone', 'password=100%', 'a "%" in it must be followed by two hex digits'],
  ['an escape that is no hex', 'password=%zz', 'a "%" in it must be followed by two hex digits'],
  ['an escape in a name', 'pass%4=x', 'a "%" in it must be followed by two hex digits'],
  ['escapes of Latin-1', 'password=%fc', 'what its "%" escapes is not UTF-8 text'],
  ['half a character, escaped', 'password=%c3', 'what its "%" escapes is not UTF-8 text'],
  ['a surrogate, escaped', 'password=%ed%a0%80', 'what its "%" escapes is not UTF-8 text'],
  ['Latin-1', Buffer.from('password=\xfc', 'latin1'), 'it is not UTF-8 text'],
  ['UTF-16 without a mark', Buffer.from('username=ann', 'utf16le'), 'it is UTF-16 or UTF-32, and must be UTF-8'],
  ['UTF-16 with a mark', Buffer.from('\ufeffusername=ann', 'utf16le'), 'it is UTF-16 or UTF-32, and must be UTF-8'],
  ['a name that comes twice', 'username=ann&username=bob', 'the field "username" comes more than once'],
  [
    'a name that comes twice, spelt in two ways',
    'username=ann&%75sername=bob',
    'the field "username" comes more than once',
  ],
  ['too many fields', Array.from({ length: 33 }, (_, n) => `f${n}=`).join('&'), 'it has more than 32 fields'],
  [
    'too many separators, and a field behind them',
    `${'&'.repeat(longestForm)}username=ann`,
    'it has more than 32 fields',
  ],
  ['JSON', ' {"username":"ann"}', 'it is JSON, and said to be a form: send it with "Content-Type: application/json"'],
])('a form is refused: %s', (_, bytes, message) => {
  const read = (): unknown => decodeForm(Buffer.from(bytes as string));
  expect(read).toThrow(TextError);
  expect(read).toThrow(message);
});
