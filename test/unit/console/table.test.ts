import { tableOfRepositories, tableOfTags } from '../../../src/console/pure/table.js';

const tags = { registry: 'hub', repository: 'team/app', isNarrowed: false };
const repositories = { registries: ['hub'], isNarrowed: false };

test('tags are saved as they are narrowed by a part of their names, and in their order', () => {
  expect(tableOfTags(tags)).toEqual({
    path: 'api/registries/hub/tags?repository=team%2Fapp&order=-updated_at&format=csv',
    file: 'hub-team-app-tags.csv',
  });
  expect(tableOfTags({ ...tags, q: 'a&b', sort: 'version' })).toMatchObject({
    path: 'api/registries/hub/tags?repository=team%2Fapp&name_contains=a%26b&order=-semver&format=csv',
  });
});

test.each([{ q: '>=1.2' }, { q: 'pr-*' }, { isNarrowed: true }])('no table is narrowed by more: %j', (narrowed) => {
  expect(tableOfTags({ ...tags, ...narrowed })).toEqual({ refusal: 'table.nameAlone' });
});

test('repositories are saved of one registry, with their namespace and order', () => {
  expect(tableOfRepositories({ ...repositories, q: 'x', namespace: 'team', sort: 'tags' })).toEqual({
    path: 'api/registries/hub/repositories?name_contains=x&namespace=team&order=-tag_count&format=csv',
    file: 'hub-repositories.csv',
  });
  for (const registries of [[], ['hub', 'other']])
    expect(tableOfRepositories({ ...repositories, registries })).toEqual({ refusal: 'table.oneRegistry' });
  expect(tableOfRepositories({ ...repositories, isNarrowed: true })).toEqual({ refusal: 'table.nameAlone' });
});

test("a registry's name leads nowhere else, in the address as on the disk", () => {
  const { path, file } = tableOfTags({ ...tags, registry: '../a?b', repository: '../../x"y' }) as {
    path: string;
    file: string;
  };
  expect(path.startsWith('api/registries/..%2Fa%3Fb/tags?')).toBe(true);
  expect(file).toBe('..-a-b-..-..-x-y-tags.csv');
});
