import { X509Certificate } from 'node:crypto';
import type { CertificateClaims } from '../../domain/attestation.js';
import { asText } from './jsonfields.js';

/** Bytes of one certificate: those of Fulcio have less than one thousand. */
const longestCertificate = 16_384;

/** Extensions, by their OID in DER: who it was given to, and by which provider they were known (Fulcio's two forms). */
const subjectNames = '551d11';
const issuerText = '2b0601040183bf300108';
const issuerBytes = '2b0601040183bf300101';

export const noClaims: CertificateClaims = { identity: null, issuer: null, validFrom: null, validUntil: null };

/** Reads a certificate, PEM or DER, of a keyless signature. It checks nothing; null fields for what cannot be read. */
export function readCertificate(bytes: Buffer | string | null): CertificateClaims {
  if (bytes === null || bytes.length > longestCertificate) return noClaims;
  const certificate = parseCertificate(bytes);
  if (certificate === null) return noClaims;
  const extensions = listExtensions(certificate.raw);
  const [names, issuer, oldIssuer] = [subjectNames, issuerText, issuerBytes].map((oid) => extensions.get(oid));
  const text = issuer ? readElements(issuer)[0]?.content : oldIssuer;
  return {
    identity: names ? readName(names) : null,
    issuer: asText(text?.toString('utf8')),
    validFrom: toTime(certificate.validFromDate),
    validUntil: toTime(certificate.validToDate),
  };
}

function parseCertificate(bytes: Buffer | string): X509Certificate | null {
  try {
    return new X509Certificate(bytes);
  } catch {
    return null;
  }
}

function toTime(time: Date): Date | null {
  return Number.isFinite(time.getTime()) ? time : null;
}

/** One value of DER: X.690, 8.1. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

const [octets, extensionsTag, oidTag] = [0x04, 0xa3, 0x06];

/** By their OIDs, in hex, the bytes that each extension holds: RFC 5280, 4.1. */
function listExtensions(certificate: Buffer): ReadonlyMap<string, Buffer> {
  const body = readElements(readElements(certificate)[0]?.content ?? null)[0];
  const holder = readElements(body?.content ?? null).find(({ tag }) => tag === extensionsTag);
  const list = readElements(readElements(holder?.content ?? null)[0]?.content ?? null);
  const found = list.flatMap(({ content }): [string, Buffer][] => {
    const parts = readElements(content);
    const [oid, value] = [parts[0], parts.find(({ tag }) => tag === octets)];
    return oid?.tag === oidTag && value ? [[oid.content.toString('hex'), value.content]] : [];
  });
  return new Map(found);
}

/** RFC 5280, 4.2.1.6: of the names those that Fulcio writes, an address of mail or a URI. */
function readName(bytes: Buffer): string | null {
  const [mail, uri] = [0x81, 0x86];
  const name = readElements(readElements(bytes)[0]?.content ?? null).find(({ tag }) => tag === mail || tag === uri);
  return asText(name?.content.toString('utf8'));
}

/** The values that stand one after another; none of what is cut short, or longer than four bytes can say. */
function readElements(bytes: Buffer | null): Element[] {
  const found: Element[] = [];
  if (bytes === null) return found;
  for (let at = 0; at + 2 <= bytes.length;) {
    const [tag, first] = [bytes[at]!, bytes[at + 1]!];
    const more = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + more;
    if (more > 4 || start > bytes.length) return [];
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    if (start + length > bytes.length) return [];
    found.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}
