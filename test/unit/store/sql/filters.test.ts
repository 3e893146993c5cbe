import type { RepositoryFilter, TagFilter } from '../../../../src/domain/filter.js';
import {
  filterImages,
  filterRepositories,
  filterTags,
  isSelective,
  isUnfiltered,
} from '../../../../src/store/sql/filters.js';
import { sqliteDialect } from '../../../../src/store/dialect/dialects.js';
import { compile } from './compiled.js';

const at = new Date('2026-01-02T03:04:05Z');
const isEmpty = '(repository.tag_count = 0 and repository.tags_confirmed_at is not null)';

test.each<[RepositoryFilter, string, unknown[]]>([
  [{}, `(not ${isEmpty})`, []],
  [{ empty: false }, `(not ${isEmpty})`, []],
  [{ empty: true }, `(${isEmpty})`, []],
  [{ empty: null }, 'true', []],
  [{ empty: null, registryIds: ['r'] }, '(repository.registry_id = ?)', ['r']],
  [
    { empty: null, registryIds: ['r', 's'] },
    '(+repository.registry_id in (select value from json_each(?)))',
    ['["r","s"]'],
  ],
  [{ empty: null, registryIds: [] }, '(+repository.registry_id in (select value from json_each(?)))', ['[]']],
  [{ empty: null, nameContains: 'a' }, String.raw`(repository.name like ? escape '\')`, ['%a%']],
  [
    { empty: null, nameContains: String.raw`50%_\ ` },
    String.raw`(repository.name like ? escape '\')`,
    [String.raw`%50\%\_\\ %`],
  ],
  [{ empty: null, nameContains: '' }, 'true', []],
  [{ empty: null, namespace: '' }, '(not (instr(repository.name, ?) > 0))', ['/']],
  [
    { empty: null, namespace: 'a/b' },
    '((repository.name > ? and repository.name < ? and not (instr(substr(repository.name, ?), ?) > 0)))',
    ['a/b/', 'a/b0', 5, '/'],
  ],
  [
    { empty: null, updatedAfter: at, updatedBefore: at },
    '(repository.updated_at < ? and repository.updated_at > ?)',
    [at.getTime(), at.getTime()],
  ],
])('a filter of repositories asks no more than it says: %j', (filter, text, parameters) => {
  expect(compile(filterRepositories(filter, sqliteDialect))).toEqual({ text, parameters });
});

test.each<[TagFilter, string, unknown[]]>([
  [{}, '(tag.is_hidden = 0)', []],
  [{ includeReferrers: true }, 'true', []],
  [{ includeReferrers: true, nameContains: 'x_' }, String.raw`(tag.name like ? escape '\')`, [String.raw`%x\_%`]],
  [{ includeReferrers: true, glob: 'v1.*' }, '(tag.name glob ?)', ['v1.*']],
  [{ includeReferrers: true, semver: '^1' }, '(is_version_within(tag.name, ?))', ['^1']],
  [
    { nameContains: 'x' },
    String.raw`((tag.name < 'sha256-' or tag.name >= 'sha256.' or tag.is_hidden = 0) and tag.name like ? escape '\')`,
    ['%x%'],
  ],
  [{ glob: null, semver: null, label: null, platform: null }, '(tag.is_hidden = 0)', []],
  [{ updatedBefore: at }, '(tag.is_hidden = 0 and tag.updated_at < ?)', [at.getTime()]],
])('a filter of tags asks no more than it says: %j', (filter, text, parameters) => {
  expect(compile(filterTags(filter, sqliteDialect))).toEqual({ text, parameters });
});

test('a version of an operating system stands for itself and what goes on behind a dot, of the image and of a child', () => {
  const platform = { os: 'windows', architecture: 'amd64', osVersion: '10.0.2' };
  const { text, parameters } = compile(filterImages({ platform }, sqliteDialect)!);
  const each = ['windows', 'amd64', '10.0.2', '10.0.2.', '10.0.2/'];
  expect(parameters).toEqual([...each, ...each]);
  expect(text).toContain('("i"."os_version" = ? or ("i"."os_version" >= ? and "i"."os_version" < ?))');
});

test.each<[string, () => unknown, string[]]>([
  [
    'nameContains',
    () => filterRepositories({ nameContains: 'a'.repeat(256) }, sqliteDialect),
    ['filter', 'nameContains'],
  ],
  ['nameContains', () => filterTags({ nameContains: 'a'.repeat(256) }, sqliteDialect), ['filter', 'nameContains']],
  ['glob', () => filterTags({ glob: '[a]' }, sqliteDialect), ['filter', 'glob']],
  ['glob', () => filterTags({ glob: '' }, sqliteDialect), ['filter', 'glob']],
  ['semver', () => filterTags({ semver: 'newest' }, sqliteDialect), ['filter', 'semver']],
])('a %s that can find nothing as it is meant is refused by name', (_, filter, path) => {
  expect(filter).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', facts: { path } }));
});

test.each<[TagFilter, boolean]>([
  [{}, true],
  [{ nameContains: '', glob: null, includeReferrers: false }, true],
  [{ glob: '*' }, false],
  [{ includeReferrers: true }, false],
  [{ updatedAfter: at }, false],
])('the kept count of tags stands for the list only where nothing narrows or widens it: %j', (filter, expected) => {
  expect(isUnfiltered(filter)).toBe(expected);
});

test.each<[RepositoryFilter, boolean]>([
  [{ registryIds: ['r'] }, false],
  [{}, false],
  [{ empty: null, nameContains: '', namespace: null }, false],
  [{ registryIds: ['r', 's'] }, true],
  [{ registryIds: [] }, true],
  [{ empty: true }, true],
  [{ nameContains: 'a' }, true],
  [{ namespace: 'a' }, true],
  [{ updatedBefore: at }, true],
])('a filter looks through rows that it does not give, or reads them off an index: %j', (filter, expected) => {
  expect(isSelective(filter)).toBe(expected);
});
