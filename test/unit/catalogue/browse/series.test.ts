import { SeriesBrowsing, type SeriesParts } from '../../../../src/catalogue/browse/series.js';
import type { RequestContext } from '../../../../src/catalogue/context.js';
import type { Repository } from '../../../../src/domain/catalogue.js';
import type { SeriesPoint } from '../../../../src/domain/series.js';

const day = 86_400_000;
const now = new Date(100.5 * day);

/** With samples of the days 97 and 99. */
function read(asked: { from?: Date | null; to?: Date | null; points: number }): Promise<SeriesPoint[]> {
  const samples = [
    { day: 97, size: 10, tagCount: 1 },
    { day: 99, size: 20, tagCount: 2 },
  ];
  const context = {
    viewer: { roles: ['registries:ro'], grants: [] },
    loaders: { sizeSamples: { load: async () => samples } },
  } as unknown as RequestContext;
  const repository = { registryId: 'r', name: 'a', size: 30, tagCount: 3 } as unknown as Repository;
  return new SeriesBrowsing({ clock: () => now } as SeriesParts).ofRepository(context, repository, 'SIZE', asked);
}

test('a part has what the last sample before its end says, the present one what there is now, one to come nothing', async () => {
  const points = await read({ from: new Date(96 * day), to: new Date(103 * day), points: 7 });
  expect(points.map(({ value }) => value)).toEqual([null, 10, 10, 20, 30, null, null]);
  expect(points[1]).toEqual({ from: new Date(97 * day), to: new Date(98 * day), value: 10 });
});

test('thirty days up to now are the range where none is asked for', async () => {
  const points = await read({ points: 3 });
  expect(points.map(({ from, value }) => [from.getTime(), value])).toEqual([
    [70.5 * day, null],
    [80.5 * day, null],
    [90.5 * day, 20],
  ]);
});

test.each([
  [{ points: 0 }, 'points'],
  [{ points: 121 }, 'points'],
  [{ points: 1.5 }, 'points'],
  [{ from: now, points: 1 }, 'from'],
  [{ from: new Date(now.getTime() - 3), points: 4 }, 'from'],
  [{ from: new Date(-8e15), points: 4 }, 'from'],
  [{ to: new Date(8e15), points: 4 }, 'from'],
])('%j is refused, naming %s', async (asked, name) => {
  await expect(read(asked)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', facts: { path: [name] } });
});
