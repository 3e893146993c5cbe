import { createImageStore } from '../../src/store/index/images.js';
import { createReferrerStore } from '../../src/store/index/referrers.js';
import { addImage, fakeDigest } from './rows.js';
import { listEngines } from '../support/servers/engines.js';

describe.each(listEngines('imagetexts'))('on $name', ({ open: openMemory }) => {
  test('labels, annotations and history are read for whoever asks, and by no list of images', async () => {
    await using database = await openMemory();
    const history = JSON.stringify([
      { createdAt: '2024-01-02T03:04:05.000Z', createdBy: 'RUN x', comment: null, emptyLayer: false },
    ]);
    const texts = { labels: '{"a":"b"}', annotations: '{"c":"d"}', history };
    const key = await addImage(database.kysely, fakeDigest(1), texts);
    // No JSON: whoever parses it without being asked for it fails.
    const broken = { annotations: 'x', history: 'x' };
    const other = await addImage(database.kysely, fakeDigest(2), { ...broken, subject: fakeDigest(1) });
    const images = createImageStore(database);
    expect((await images.findMany([key, other])).map((image) => image.key)).toEqual([key, other]);
    expect(await images.findByDigests([fakeDigest(2) as never])).toHaveLength(1);
    const about = await createReferrerStore(database).findBySubjects([fakeDigest(1), fakeDigest(9)] as never, 10);
    expect(about.map((some) => some.length)).toEqual([1, 0]);
    expect(await images.labelsOf([key, 99])).toEqual(new Map([[key, { a: 'b' }]]));
    expect(await images.annotationsOf([key])).toEqual(new Map([[key, { c: 'd' }]]));
    expect((await images.historyOf([key])).get(key)).toEqual([
      { createdAt: new Date('2024-01-02T03:04:05Z'), createdBy: 'RUN x', comment: null, emptyLayer: false },
    ]);
  });
});
