import * as fc from 'fast-check';
import type { Digest } from '../../../src/domain/digest.js';
import { type MarkedHit, markFound } from '../../../src/domain/marks.js';
import type { RegistryName, RepositoryName, TagName } from '../../../src/domain/name.js';

const digest = `sha256:${'a1'.repeat(32)}` as Digest;
const image = (labels: Readonly<Record<string, string>>): MarkedHit => ({ type: 'image', found: { digest }, labels });
const tag = (repositoryName: string, name: string): MarkedHit => ({
  type: 'tag',
  found: { name: name as TagName, repositoryName: repositoryName as RepositoryName },
});

/** Each mark as `FIELD text`, the part in brackets. */
function show(query: string, result: MarkedHit): string[] {
  return markFound(query, result).map(
    ({ of, text, start, end }) => `${of} ${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`,
  );
}

test.each<[string, MarkedHit, string[]]>([
  ['WEB', { type: 'registry', found: { name: 'Web-eu' as RegistryName } }, ['NAME [Web]-eu']],
  ['an', { type: 'repository', found: { name: 'banana' as RepositoryName } }, ['NAME b[anan]a']],
  ['nginx 1.2', tag('library/nginx', '1.2.3'), ['NAME [1.2].3', 'REPOSITORY_NAME library/[nginx]']],
  ['hub/nginx:1.2', tag('nginx', '1.2'), ['NAME [1.2]', 'REPOSITORY_NAME [nginx]']],
  ['nginx:1.2', tag('library/nginx', '1.2'), ['NAME [1.2]', 'REPOSITORY_NAME [library/nginx]']],
  ['A1a1', image({ digest: 'a1a1' }), [`DIGEST sha256:[${'a1'.repeat(32)}]`, 'LABEL digest=[a1a1]']],
  [`x@${digest}`, image({}), [`DIGEST [${digest}]`]],
  ['Vendor=NG', image({ vendor: 'nginx', other: 'vendor' }), ['LABEL [vendor=ng]inx']],
  ['zzz', tag('nginx', '1'), []],
  // One letter that is two in lower case: places behind it would be wrong.
  ['x', image({ a: 'İx' }), []],
])('%j marks %j', (query, result, marks) => {
  expect(show(query, result)).toEqual(marks);
});

test('marks are few, do not overlap, and are parts of their texts, whatever is looked for', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'A', ':', '/', '@', 'ß', 'İ') });
  fc.assert(
    fc.property(letters, letters, fc.dictionary(letters, letters), (query, name, labels) => {
      for (const result of [tag(name, name), image(labels)]) {
        const marks = markFound(query, result);
        expect(marks.length).toBeLessThanOrEqual(20);
        for (const [at, { of, text, start, end }] of marks.entries()) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          const before = marks[at - 1];
          if (before?.of === of && before.text === text) expect(start).toBeGreaterThan(before.end);
        }
      }
    }),
  );
});
