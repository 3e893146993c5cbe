import { findMisspelt } from '../../../src/settings/misspelt.js';

const settings = new Set(['PORT', 'HTTP_PROXY', 'LOG_LEVEL', 'DATABASE_URL', 'ALLOWED_ORIGINS']);
const find = (env: Record<string, string>) => findMisspelt(env, settings);

test.each([
  ['ALOWED_ORIGINS', 'ALLOWED_ORIGINS'],
  ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
  ['ALLLOWED_ORIGINSS', 'ALLOWED_ORIGINS'],
  ['ALLOWED_OIRGINS', 'ALLOWED_ORIGINS'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['LOG_LEVLE_', null],
  ['LOG_LEVE', 'LOG_LEVEL'],
  ['LOG_LEVLE', null],
  ['FTP_PROXY', null],
  ['HTTPX_PROXY', 'HTTP_PROXY'],
  ['ALLOWED_ORI', null],
  ['PORTS', null],
])('%s is taken for %s', (name, meant) => {
  expect(find({ [name]: 'x' })).toEqual(
    meant === null ? [] : [`${name} is no setting and does nothing. Is ${meant} meant?`],
  );
});

test('a setting itself, and what is set to nothing, is no misspelt one', () => {
  expect(find({ LOG_LEVEL: 'warn', ALLOWED_ORIGINS: '', ALOWED_ORIGINS: '' })).toEqual([]);
});

test('a name of more than 64 characters is not compared', () => {
  const long = 'X'.repeat(65);
  expect(findMisspelt({ [long]: 'x' }, new Set([`${long}X`]))).toEqual([]);
  expect(findMisspelt({ ['X'.repeat(64)]: 'x' }, new Set([long]))).toHaveLength(1);
});
