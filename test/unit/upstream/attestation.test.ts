import * as fc from 'fast-check';
import { JsonError } from '../../../src/domain/json.js';
import { decodeAttestation, isReadable } from '../../../src/upstream/content/attestation.js';
import { readCertificate } from '../../../src/upstream/content/certificate.js';
import { createAuthority } from '../../support/servers/certificates.js';

const digest = `sha256:${'a'.repeat(64)}`;
const decode = (body: unknown, annotations = {}) => decodeAttestation(Buffer.from(JSON.stringify(body)), annotations);
const nothing = { statement: null, sbom: null, signature: null };

const provenance = {
  _type: 'https://in-toto.io/Statement/v1',
  predicateType: 'https://slsa.dev/provenance/v1',
  subject: [{ name: 'pkg:docker/app@1', digest: { sha256: 'a'.repeat(64) } }],
  predicate: { buildDefinition: { buildType: 'https://b/t' }, runDetails: { builder: { id: 'https://b/1' } } },
};
const statement = {
  predicateType: 'https://slsa.dev/provenance/v1',
  subjectCount: 1,
  subjects: [{ name: 'pkg:docker/app@1', digest }],
  builderId: 'https://b/1',
  buildType: 'https://b/t',
};
const spdx = {
  spdxVersion: 'SPDX-2.3',
  name: 'app',
  creationInfo: { created: '2024-01-02T03:04:05Z', creators: ['Organization: x', 'Tool: syft-1.0'] },
  packages: [
    {
      name: 'curl',
      versionInfo: '8.1',
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'curl',
      externalRefs: [
        { referenceType: 'cpe23Type' },
        { referenceType: 'purl', referenceLocator: 'pkg:deb/debian/curl@8.1' },
      ],
    },
    { name: 5 },
  ],
};
const sbom = {
  format: 'SPDX',
  version: '2.3',
  name: 'app',
  createdAt: new Date('2024-01-02T03:04:05Z'),
  tools: ['syft-1.0'],
  packageCount: 2,
  packages: [
    { name: 'curl', version: '8.1', licence: 'curl', purl: 'pkg:deb/debian/curl@8.1' },
    { name: null, version: null, licence: null, purl: null },
  ],
};

test('a statement tells its kind, its subjects and its builder, of either version of SLSA', () => {
  expect(decode(provenance)).toEqual({ ...nothing, statement });
  const old = { ...provenance, predicate: { builder: { id: 'https://b/0' }, buildType: 'https://b/old' } };
  expect(decode(old).statement).toMatchObject({ builderId: 'https://b/0', buildType: 'https://b/old' });
});

test('SBOMs are read by themselves, and as what a statement says, in cosign’s older form too', () => {
  expect(decode(spdx)).toEqual({ ...nothing, sbom });
  for (const predicate of [spdx, { Data: JSON.stringify(spdx) }, { Data: spdx }])
    expect(decode({ ...provenance, predicate })).toMatchObject({ sbom, statement: { builderId: null } });
  const cyclone = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'app' }, tools: { components: [{ name: 'trivy', version: '0.5' }] } },
    components: [
      { group: '@types', name: 'node', version: '1', purl: 'pkg:npm/node@1', licenses: [{ license: { id: 'MIT' } }] },
      { name: 'x', licenses: [{ expression: 'A OR B' }, { license: { name: 'Own' } }] },
    ],
  };
  expect(decode(cyclone).sbom).toMatchObject({
    format: 'CYCLONEDX',
    version: '1.6',
    name: 'app',
    createdAt: null,
    tools: ['trivy-0.5'],
    packages: [
      { name: '@types/node', version: '1', licence: 'MIT', purl: 'pkg:npm/node@1' },
      { name: 'x', version: null, licence: 'A OR B AND Own', purl: null },
    ],
  });
});

const identity = 'https://github.com/team/app/.github/workflows/release.yml@refs/heads/main';
const issuer = 'https://token.actions.githubusercontent.com';
const certificate = createAuthority().issueKeyless({ identity, issuer });
const claims = { identity, issuer, validFrom: new Date('2020-01-01T00:00:00Z'), validUntil: expect.any(Date) as Date };
const noClaims = { identity: null, issuer: null, validFrom: null, validUntil: null };

test('a signature of cosign tells what was signed, and by whom its certificate says it was', () => {
  const payload = {
    critical: { image: { 'docker-manifest-digest': digest }, identity: { 'docker-reference': 'a/b' } },
  };
  const signed = { signedDigest: digest, signedReference: 'a/b' };
  expect(decode(payload)).toEqual({ ...nothing, signature: { ...noClaims, ...signed, hasSignature: false } });
  const keys = { 'dev.cosignproject.cosign/signature': 'AAAA', 'dev.sigstore.cosign/certificate': certificate };
  expect(decode(payload, keys)).toEqual({ ...nothing, signature: { ...claims, ...signed, hasSignature: true } });
  const broken = { ...keys, 'dev.sigstore.cosign/certificate': 'no' };
  expect(decode(payload, broken).signature).toMatchObject({ ...noClaims, hasSignature: true });
});

test('envelopes and bundles of Sigstore hold a statement, and tell how it is signed', () => {
  const payload = Buffer.from(JSON.stringify(provenance)).toString('base64');
  const dsseEnvelope = { payload, payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'AAAA' }] };
  const signed = { hasSignature: true, signedDigest: digest, signedReference: null };
  expect(decode(dsseEnvelope)).toEqual({ statement, sbom: null, signature: { ...noClaims, ...signed } });
  expect(decode({ ...dsseEnvelope, signatures: [{}] }).signature).toMatchObject({ hasSignature: false });
  const rawBytes = certificate.replaceAll(/-----[A-Z ]+-----|\n/g, '');
  for (const verificationMaterial of [
    { certificate: { rawBytes } },
    { x509CertificateChain: { certificates: [{ rawBytes }] } },
  ])
    expect(decode({ verificationMaterial, dsseEnvelope })).toEqual({
      statement,
      sbom: null,
      signature: { ...claims, ...signed },
    });
  expect(decode({ messageSignature: { signature: 'AAAA' } }).signature).toMatchObject({ hasSignature: true });
});

test('texts are cut, lists are bounded and counted, and JSON of another kind is nothing', () => {
  const packages = Array.from({ length: 3000 }, () => ({ name: 'x'.repeat(5000) }));
  const { packageCount, packages: kept } = decode({ ...spdx, packages }).sbom!;
  expect([packageCount, kept.length, kept[0]!.name!.length]).toEqual([3000, 1000, 1000]);
  const subject = Array.from({ length: 3000 }, () => ({}));
  expect(decode({ ...provenance, subject }).statement).toMatchObject({
    subjectCount: 3000,
    subjects: { length: 1000 },
  });
  expect(decode({ hello: 'world' })).toEqual(nothing);
});

test('bytes that are no JSON object, nested too deep or too many values, are refused with a reason', () => {
  for (const text of [
    '',
    '[]',
    '5',
    'no',
    '{"a":'.repeat(40),
    `{"a":[${'{},'.repeat(400_001)}{}]}`,
    '{"payload":"bm8="}',
  ])
    expect(() => decodeAttestation(Buffer.from(text), {})).toThrow(JsonError);
});

test('whatever a document or a certificate holds is read to something, or refused', () => {
  const key = fc.constantFrom(
    '_type',
    'predicate',
    'subject',
    'critical',
    'payload',
    'dsseEnvelope',
    'components',
    'image',
  );
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
  fc.assert(
    fc.property(fc.dictionary(key, value), fc.string(), (body, pem) => {
      try {
        expect(Object.keys(decode(body, { 'dev.sigstore.cosign/certificate': pem }))).toHaveLength(3);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonError);
      }
    }),
  );
  const der = Buffer.from(certificate.replaceAll(/-----[A-Z ]+-----|\n/g, ''), 'base64');
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.nat(255), (at, byte) => {
      const other = Buffer.from(der);
      other[at] = byte;
      expect(Object.keys(readCertificate(other))).toHaveLength(4);
    }),
  );
});

test('types that are JSON are read, and others are not', () => {
  const read = ['application/vnd.in-toto+json', 'text/spdx+json', 'application/json'];
  const other = ['text/spdx', 'application/vnd.cyclonedx+xml', 'application/octet-stream', 'application/jsonx'];
  expect([...read, ...other].filter(isReadable)).toEqual(read);
});
