import { createHash, generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** PEM. */
export interface KeyAndCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends KeyAndCertificate {
  /** A certificate authority whose certificate this one signs. */
  createIntermediate(name: string): Authority;
  /** A certificate as Fulcio gives it for a keyless signature. PEM. */
  issueKeyless(claims: { readonly identity: string; readonly issuer: string }): string;
  /** A server certificate for these host names and IPv4 addresses; default 127.0.0.1 and localhost. */
  issue(options?: {
    readonly hosts?: readonly string[];
    readonly expired?: boolean;
    readonly keyType?: 'ec' | 'rsa';
  }): KeyAndCertificate;
}

/** A throw-away certificate authority: written by hand in DER, so that tests need no openssl. */
export function createAuthority(name = 'Test CA', expired = false): Authority {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return signAuthority(name, ca, { name, key: ca.privateKey }, expired);
}

function signAuthority(
  name: string,
  ca: KeyPairKeyObjectResult,
  by: { readonly name: string; readonly key: KeyObject },
  expired = false,
): Authority {
  return {
    certificate: encodeCertificate({
      issuer: by.name,
      subject: name,
      publicKey: ca.publicKey,
      signer: by.key,
      extensions: authorityExtensions(),
      expired,
    }),
    key: exportKey(ca.privateKey),
    createIntermediate: (below) =>
      signAuthority(below, generateKeyPairSync('ec', { namedCurve: 'P-256' }), { name, key: ca.privateKey }),
    issueKeyless: ({ identity, issuer }) =>
      encodeCertificate({
        issuer: name,
        subject: '',
        publicKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
        signer: ca.privateKey,
        extensions: [
          extension('551d11', sequence(der(0x86, Buffer.from(identity))), true),
          extension('2b0601040183bf300101', Buffer.from(`old ${issuer}`), false),
          extension('2b0601040183bf300108', der(0x0c, Buffer.from(issuer)), false),
        ],
      }),
    issue({ hosts = ['127.0.0.1', 'localhost'], expired = false, keyType = 'ec' } = {}) {
      const pair =
        keyType === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = serverExtensions(hosts);
      const certificate = {
        issuer: name,
        subject: hosts[0] ?? 'server',
        publicKey: pair.publicKey,
        signer: ca.privateKey,
        extensions,
        expired,
      };
      return { certificate: encodeCertificate(certificate), key: exportKey(pair.privateKey) };
    },
  };
}

interface CertificateParts {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly expired?: boolean;
}

/** RFC 5280, 4.1, version 3, signed with ecdsa-with-SHA256. */
function encodeCertificate({
  issuer,
  subject,
  publicKey,
  signer,
  extensions,
  expired = false,
}: CertificateParts): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = createHash('sha256').update(subject).update(spki).digest().subarray(0, 8);
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    encodeName(issuer),
    sequence(utcTime('200101000000Z'), utcTime(expired ? '200102000000Z' : '491231235959Z')),
    encodeName(subject),
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, signer);
  return encodePem('CERTIFICATE', sequence(body, algorithm, bitString(signature)));
}

/** basicConstraints and keyUsage (keyCertSign, cRLSign). */
function authorityExtensions(): Buffer[] {
  return [
    extension('551d13', sequence(der(0x01, Buffer.from([0xff]))), true),
    extension('551d0f', der(0x03, Buffer.from([1, 0x06])), true),
  ];
}

/** subjectAltName, and extKeyUsage serverAuth and clientAuth. */
function serverExtensions(hosts: readonly string[]): Buffer[] {
  const names = hosts.map((host) =>
    isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  return [
    extension('551d11', sequence(...names), false),
    extension('551d25', sequence(oid('2b06010505070301'), oid('2b06010505070302')), false),
  ];
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
}

/** Only a common name. */
function encodeName(text: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
}

function exportKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function encodePem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** X.690, 8.1: tag, length in as few bytes as it takes, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** `hex` is the encoded identifier. */
function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** Never negative, and without needless leading zeros. */
function integer(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const rest = bytes.subarray(from);
  return der(0x02, (rest[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), rest]) : rest);
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.alloc(1), bytes);
}
