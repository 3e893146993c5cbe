import {
  buildArtifact,
  buildCosignSignature,
  buildImage,
  buildIndex,
  signatureTag,
} from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { openWorld, type World } from '../support/worlds/world.js';

const image = buildImage({ format: 'oci' });
const spdx = 'application/spdx+json';
const document = JSON.stringify({
  spdxVersion: 'SPDX-2.3',
  name: 'app',
  packages: [{ name: 'curl' }, { name: 'zlib' }],
});
const sbom = buildArtifact({ artifactType: spdx, subject: image, payload: document });
const deep = buildArtifact({ artifactType: spdx, subject: image, payload: '['.repeat(100) });
const plain = buildArtifact({ artifactType: 'text/plain', subject: image, payload: 'hello' });
const signature = buildCosignSignature(image);
const index = buildIndex([image], { attestation: true });

interface Content {
  readonly mediaType: string;
  readonly problem: { readonly code: string } | null;
}
interface Referrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly image: { readonly digest: string } | null;
  readonly contents: readonly Content[] | null;
}

const query = `query ($digest: Digest!) { image(digest: $digest) { referrers { digest artifactType image { digest }
  contents { digest mediaType size problem { code message }
    statement { predicateType subjectCount builderId buildType subjects { name digest } }
    sbom { format version name tools createdAt packageCount packages(first: 1) { name version licence purl } }
    signature { hasSignature signedDigest signedReference identity issuer } } } } }`;

let world: World;

beforeEach(async () => {
  world = await openWorld({ referrersApi: true });
  const { store } = world.registry;
  seed(store, 'app', 'v1', image);
  seed(store, 'app', 'all', index);
  seed(store, 'app', signatureTag(image.digest), signature);
  for (const one of [sbom, deep, plain]) seed(store, 'app', null, one);
  await world.gateway.crawl('r');
  world.registry.forget();
});
afterEach(() => world[Symbol.asyncDispose]());

async function read(digest: string) {
  const answer = await world.gateway.query<{ image: { referrers: readonly Referrer[] } }>(
    query,
    { digest },
    'registries:ro',
  );
  const found = new Map(answer.data.image.referrers.map((one) => [one.digest, one]));
  return { ...answer, of: (one: { readonly digest: string }) => found.get(one.digest)!, found };
}

test('what is about an image is read from its registry, each piece once, whether the index has it or not', async () => {
  const { of, codes, found, requests } = await read(image.digest);
  expect({ codes, count: found.size, requests }).toEqual({ codes: [], count: 4, requests: 1 + 4 + 3 });
  const nothing = { problem: null, statement: null, sbom: null, signature: null };
  const [layer] = sbom.layers;
  expect(of(sbom)).toMatchObject({
    image: null,
    contents: [{ problem: null, digest: layer!.digest, size: layer!.size }],
  });
  expect(of(sbom).contents![0]).toMatchObject({
    sbom: {
      format: 'SPDX',
      name: 'app',
      tools: [],
      createdAt: null,
      packageCount: 2,
      packages: [{ name: 'curl', version: null, licence: null, purl: null }],
    },
  });
  expect(of(signature)).toMatchObject({
    image: { digest: signature.digest },
    contents: [
      { ...nothing, signature: { hasSignature: true, signedDigest: image.digest, identity: null, issuer: null } },
    ],
  });
  expect(of(deep).contents).toMatchObject([{ problem: { code: 'UPSTREAM_INVALID' }, sbom: null }]);
  expect(of(plain).contents).toMatchObject([{ mediaType: 'text/plain', ...nothing }]);
  // The registry is asked for its list each time, and for nothing else again.
  expect((await read(image.digest)).requests).toBe(1);
});

test('the attestations that an index has among its children are about it', async () => {
  const { found, codes } = await read(index.digest);
  expect(codes).toEqual([]);
  expect([...found.values()]).toMatchObject([
    {
      artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
      image: { digest: index.children[1]!.digest },
      contents: [
        { statement: { predicateType: 'https://slsa.dev/provenance/v0.2', subjects: [{ digest: image.digest }] } },
      ],
    },
  ]);
});

test.each([
  ['blob that is gone', { kind: 'status', status: 404 }, 'NOT_FOUND'],
  ['blob of other bytes', { kind: 'wrongBytes' }, 'UPSTREAM_DIGEST_MISMATCH'],
  ['blob that is too large', { kind: 'oversize', bytes: 9 * 1024 * 1024 }, 'UPSTREAM_TOO_LARGE'],
  ['blob that fails', { kind: 'status', status: 500 }, 'UPSTREAM_ERROR'],
] as const)('a %s says so in its place, and no error is in the answer', async (_, fault, code) => {
  world.registry.fail({ ...fault, match: new RegExp(`blobs/${sbom.layers[0]!.digest}`) });
  const { of, codes } = await read(image.digest);
  expect(codes).toEqual([]);
  expect(of(sbom).contents).toMatchObject([{ problem: { code }, sbom: null }]);
  expect(of(signature).contents).toMatchObject([{ problem: null, signature: { hasSignature: true } }]);
});

test('a manifest that cannot be had is null with its code, and the others are there', async () => {
  world.registry.fail({ kind: 'status', status: 403, match: new RegExp(`manifests/${sbom.digest}`) });
  const { of, codes } = await read(image.digest);
  expect(codes).toEqual(['UPSTREAM_AUTH']);
  expect([of(sbom).contents, of(signature).contents?.length]).toEqual([null, 1]);
});
