import * as fc from 'fast-check';
import type { TagFilter } from '../../src/domain/filter.js';
import type { Tag } from '../../src/domain/catalogue.js';
import type { Page } from '../../src/domain/page.js';
import { createListStore } from '../../src/store/queries/lists.js';
import { openMemory } from './files.js';
import { addImage, addRegistry, addRepository, addTags, fakeDigest } from './rows.js';

const imageRow = fc.record({
  size: fc.option(fc.integer({ min: 0, max: 3 })),
  isLabelled: fc.boolean(),
  os: fc.constantFrom('linux', 'windows'),
});
const tagRow = fc.record({ image: fc.option(fc.nat(39), { freq: 8 }), isHidden: fc.boolean() });

const label = { key: 'team', value: 'one' };
const platform = { os: 'linux', architecture: 'amd64', variant: null, osVersion: null };
const filters: readonly TagFilter[] = [
  { label },
  { platform },
  { label, platform, includeReferrers: true },
  { label, nameContains: 't1' },
  { platform, updatedAfter: new Date(20) },
];

test('filters by what images are give each of the tags once by size, in both directions and from any cursor on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(imageRow, { minLength: 40, maxLength: 40 }),
      // Of few images each has several tags.
      fc.constantFrom(4, 40),
      fc.array(tagRow, { minLength: 20, maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (images, held, drawn, first) => {
        const rows = drawn.map((row) => ({ ...row, image: row.image === null ? null : row.image % held }));
        await using database = await openMemory();
        const { kysely: db } = database;
        const registryId = await addRegistry(db, 'r');
        const [key, other] = [await addRepository(db, registryId, 'a'), await addRepository(db, registryId, 'b')];
        const keys: number[] = [];
        for (const [at, { size, isLabelled, os }] of images.entries()) {
          const labels = isLabelled ? JSON.stringify({ team: 'one' }) : '{}';
          keys.push(await addImage(db, fakeDigest(`a${at + 10}`), { size, labels, os, architecture: 'amd64' }));
        }
        const named = rows.map((row, at) => ({
          ...row,
          at,
          name: row.isHidden ? `sha256-${String(at).padStart(64, '0')}` : `t${at}`,
        }));
        const tags = named.map(({ name, image, at }) => ({
          name,
          image_id: image === null ? null : keys[image]!,
          updated_at: at,
        }));
        await addTags(db, key, tags);
        await addTags(db, other, tags.toReversed());
        const lists = createListStore(db);
        for (const filter of filters) {
          const expected = named
            .map((row) => ({ ...row, image: row.image === null ? null : images[row.image]! }))
            .filter(
              ({ at, name, image, isHidden }) =>
                image !== null &&
                (!filter.label || image.isLabelled) &&
                (!filter.platform || image.os === 'linux') &&
                (filter.includeReferrers || !isHidden) &&
                name.includes(filter.nameContains ?? '') &&
                (!filter.updatedAfter || at > 20),
            )
            .sort((a, b) => (a.image?.size ?? -1) - (b.image?.size ?? -1) || a.at - b.at)
            .map(({ name }) => name);
          for (const direction of ['ASC', 'DESC'] as const) {
            const found: string[] = [];
            for (let after: string | null = null; ;) {
              const order = { field: 'SIZE', direction } as const;
              const page: Page<Tag> = (await lists.listTags([key], filter, order, { first, after })).get(key)!;
              found.push(...page.items.map(({ name }) => name));
              if (!page.hasNextPage) break;
              after = page.cursorOf(page.items.at(-1)!);
            }
            expect([filter, direction, found]).toEqual([
              filter,
              direction,
              direction === 'ASC' ? expected : expected.toReversed(),
            ]);
          }
        }
      },
    ),
    { numRuns: 25 },
  );
});
