import type { UpstreamClients } from '../../../../src/catalogue/clients.js';
import { ContentCache } from '../../../../src/catalogue/contentcache.js';
import { createContentReads } from '../../../../src/catalogue/loaders/contentreads.js';
import type { Repository } from '../../../../src/domain/catalogue.js';
import type { Digest } from '../../../../src/domain/digest.js';
import { until } from '../../../support/timer.js';

const mebibyte = 1024 * 1024;
const place = { key: 1, registryId: 'r', name: 'app' } as unknown as Repository;

/** A registry that answers when it is told to, with as much as it is told. */
function openReads() {
  const asked: ((bytes: Buffer | null) => void)[] = [];
  const upstream = { fetchBlob: () => new Promise<Buffer | null>((resolve) => asked.push(resolve)) };
  const clients = { open: async () => upstream } as unknown as UpstreamClients;
  const reads = createContentReads({ clients, contentCache: new ContentCache(), call: {} });
  const read = (at: number, places: readonly Repository[] = [place]) => {
    const digest = `sha256:${at.toString(16).padStart(64, '0')}` as Digest;
    return reads.read({ kind: 'blob', digest, places }).then(
      ({ bytes }) => bytes.length,
      (error: unknown) => (error as { code: string }).code,
    );
  };
  return { asked, read };
}

test('room for the longest answer is taken before a registry is asked, and what is left is given back', async () => {
  const { asked, read } = openReads();
  const answers = Array.from({ length: 9 }, (_, at) => read(at));
  await until(() => asked.length === 4);
  // Those four may be 8 MiB each. Of the first there is 1 MiB, so that a fifth waits for the second.
  asked[0]!(Buffer.alloc(mebibyte));
  await answers[0];
  expect(asked).toHaveLength(4);
  for (let at = 1; at < 4; at++) {
    asked[at]!(Buffer.alloc(8 * mebibyte));
    await answers[at];
  }
  // 25 MiB are there: the answer to no other fits.
  expect(await Promise.all(answers)).toEqual([
    mebibyte,
    ...Array.from({ length: 3 }, () => 8 * mebibyte),
    ...Array.from({ length: 5 }, () => 'QUERY_TOO_COMPLEX'),
  ]);
  expect(asked).toHaveLength(4);
});

test('small answers are all read, some at a time', async () => {
  const { asked, read } = openReads();
  const answers = Array.from({ length: 9 }, (_, at) => read(at));
  for (let at = 0; at < 9; at++) {
    await until(() => asked.length > at);
    expect(asked.length - at).toBeLessThanOrEqual(4);
    asked[at]!(Buffer.alloc(9));
  }
  expect(await Promise.all(answers)).toEqual(answers.map(() => 9));
});

test('what one repository gave for a digest is not given for another', async () => {
  const { asked, read } = openReads();
  const [one, other] = [read(1), read(1, [{ ...place, key: 2, name: 'copy' } as unknown as Repository])];
  await until(() => asked.length === 2);
  asked[0]!(Buffer.alloc(9));
  asked[1]!(null);
  expect(await Promise.all([one, other, read(1)])).toEqual([9, 'NOT_FOUND', 9]);
  expect(asked).toHaveLength(2);
});
