import {
  type AttestationContent,
  maxListed,
  type SignatureClaims,
  type InTotoStatement,
} from '../../domain/attestation.js';
import { isDigest } from '../../domain/digest.js';
import { decodeJson, JsonError } from '../../domain/json.js';
import { noClaims, readCertificate } from './certificate.js';
import { asBytes, asList, asObject, asText } from './jsonfields.js';
import { isObject, type JsonObject } from './manifestfields.js';
import { readSbom } from './sbom.js';

/**
 * JSON values of one document: an SBOM of 5 MiB has some 200,000. As many as these that are
 * made to be slow hold the event loop for some 300 ms.
 */
const mostValues = 200_000;

const nothing: AttestationContent = { statement: null, sbom: null, signature: null };

/** Annotations of a layer, by which cosign keeps what it signed with. */
const signatureKey = 'dev.cosignproject.cosign/signature';
const certificateKey = 'dev.sigstore.cosign/certificate';

/** Whether blobs of this type are read: JSON, which statements, SBOMs and signatures are. */
export function isReadable(mediaType: string): boolean {
  return /[/+]json$/.test(mediaType);
}

/**
 * A statement of in-toto by itself, in an envelope (DSSE) or in a bundle of Sigstore; an SBOM by itself, or as what a
 * statement says; and what a signature of cosign names. `annotations` are those of its layer. Nothing of it is checked
 * but its digest. Throws JsonError for what is no JSON object, and what is too deep or has too many values.
 */
export function decodeAttestation(
  bytes: Uint8Array,
  annotations: Readonly<Record<string, string>>,
): AttestationContent {
  const body = parse(bytes);
  const certificate = readCertificate(annotations[certificateKey] ?? null);
  if (annotations[signatureKey] !== undefined && annotations[signatureKey] !== '')
    return { ...nothing, signature: readSimpleSigning(body, { ...certificate, hasSignature: true }) };
  if (isThere(body['dsseEnvelope']) || isThere(body['messageSignature'])) return readBundle(body);
  if (isThere(body['payload'])) return readEnvelope(body, certificate);
  return isThere(body['critical'])
    ? { ...nothing, signature: readSimpleSigning(body, { ...certificate, hasSignature: false }) }
    : readDocument(body);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parse(bytes: Uint8Array): JsonObject {
  const json = decodeJson(bytes, mostValues);
  if (isObject(json)) return json;
  throw new JsonError('it is not an object');
}

/** https://github.com/containers/image/blob/main/docs/containers-signature.5.md, as cosign writes it. */
function readSimpleSigning(
  body: JsonObject,
  claims: Omit<SignatureClaims, 'signedDigest' | 'signedReference'>,
): SignatureClaims {
  const { image, identity } = asObject(body['critical']);
  const digest = asObject(image)['docker-manifest-digest'];
  return {
    ...claims,
    signedDigest: isDigest(digest) ? digest : null,
    signedReference: asText(asObject(identity)['docker-reference']),
  };
}

/** https://github.com/sigstore/protobuf-specs: the certificate stands alone, or first of its chain. */
function readBundle(body: JsonObject): AttestationContent {
  const { certificate, x509CertificateChain } = asObject(body['verificationMaterial']);
  const chain = asList(asObject(x509CertificateChain)['certificates']);
  const claims = readCertificate(asBytes(asObject(certificate ?? chain[0])['rawBytes']));
  if (isThere(body['dsseEnvelope'])) return readEnvelope(asObject(body['dsseEnvelope']), claims);
  const { signature } = asObject(body['messageSignature']);
  const signed = { hasSignature: asText(signature) !== null, signedDigest: null, signedReference: null };
  return { ...nothing, signature: { ...claims, ...signed } };
}

/** https://github.com/secure-systems-lab/dsse: the payload is base64. */
function readEnvelope(envelope: JsonObject, claims = noClaims): AttestationContent {
  const payload = asBytes(envelope['payload']);
  const signatures = asList(envelope['signatures']).filter((one) => asText(asObject(one)['sig']) !== null);
  const document = payload ? readDocument(parse(payload)) : nothing;
  const subject = document.statement?.subjects[0]?.digest ?? null;
  const signed = { signedDigest: isDigest(subject) ? subject : null, signedReference: null };
  return { ...document, signature: { ...claims, hasSignature: signatures.length > 0, ...signed } };
}

function readDocument(body: JsonObject): AttestationContent {
  if (typeof body['_type'] !== 'string' && !isThere(body['predicateType'])) return { ...nothing, sbom: readSbom(body) };
  const predicate = asObject(body['predicate']);
  return { ...nothing, statement: readStatement(body, predicate), sbom: readSbom(unwrap(predicate)) };
}

/** cosign's older form of an SBOM: the document as a text within. */
function unwrap(predicate: JsonObject): JsonObject {
  const { Data: text } = predicate;
  return typeof text === 'string' && text.startsWith('{') ? parse(Buffer.from(text)) : asObject(text ?? predicate);
}

function readStatement(body: JsonObject, predicate: JsonObject): InTotoStatement {
  const subjects = asList(body['subject']);
  const { builder, runDetails, buildType, buildDefinition } = predicate;
  return {
    predicateType: asText(body['predicateType']),
    subjectCount: subjects.length,
    subjects: subjects.slice(0, maxListed).map((one) => {
      const { name, digest } = asObject(one);
      const [algorithm, hex] = Object.entries(asObject(digest))[0] ?? [];
      return { name: asText(name), digest: typeof hex === 'string' ? asText(`${algorithm}:${hex}`) : null };
    }),
    // SLSA 0.2, and 1.0.
    builderId: asText(asObject(builder)['id'] ?? asObject(asObject(runDetails)['builder'])['id']),
    buildType: asText(buildType ?? asObject(buildDefinition)['buildType']),
  };
}
