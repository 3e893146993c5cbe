import { createDecodings } from '../../../../src/catalogue/loaders/decodings.js';
import type { Digest } from '../../../../src/domain/digest.js';

function open() {
  let turns = 0;
  const waiting: (() => void)[] = [];
  const next = (): Promise<void> | null => (turns++ === 0 ? null : new Promise((resolve) => waiting.push(resolve)));
  return { decodings: createDecodings({ next }), waiting, turns: () => turns };
}

function content(at: number, text: string) {
  return { digest: `sha256:${at.toString(16).padStart(64, '0')}` as Digest, bytes: Buffer.from(text) };
}
const sbom = (size: number) => JSON.stringify({ spdxVersion: 'SPDX-2.3', name: 'x'.repeat(size), packages: [] });

test('a piece of content that is asked for many times is decoded once', async () => {
  const { decodings, turns } = open();
  const one = content(1, sbom(9));
  const decoded = await Promise.all(Array.from({ length: 30 }, () => decodings.attestation(one, {})));
  expect(new Set(decoded).size).toBe(1);
  expect(decoded[0]!.sbom).toMatchObject({ version: '2.3' });
  expect(turns()).toBe(1);
});

test('content waits for its turn of the event loop before it is decoded', async () => {
  const { decodings, waiting } = open();
  await decodings.execution(content(1, '{}'));
  let isDecoded = false;
  const second = decodings.blobs(content(2, '{"layers":[]}')).then(() => (isDecoded = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([waiting.length, isDecoded]).toEqual([1, false]);
  waiting[0]!();
  expect(await second).toBe(true);
});

test('a request has 16 MiB decoded, of which one blob under other annotations is another', async () => {
  const decodings = createDecodings({ next: () => null });
  const large = content(1, sbom(6 * 1024 * 1024));
  const decoded = await Promise.allSettled(['a', 'b', 'c', 'a'].map((of) => decodings.attestation(large, { of })));
  expect(decoded.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(decoded[2]).toMatchObject({ reason: { code: 'QUERY_TOO_COMPLEX' } });
});
