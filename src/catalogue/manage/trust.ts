import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { describeCertificates, parseCertificates } from '../../domain/certificate.js';
import { quote } from '../../domain/name.js';
import type { ClientCertificate, Credentials } from '../../domain/registry.js';
import { badInput } from '../../errors.js';

/** Characters of PEM: some hundred certificates, and the longest keys that are in use. */
const longestCertificates = 262_144;
const longestKey = 32_768;

/** Throws BAD_USER_INPUT. */
export function parseCredentials({ username, password }: Credentials): Credentials {
  if (username === '' || username.includes(':') || username.length > 255) {
    throw badInput(
      "A registry's user name is 1 to 255 characters without a colon.",
      'input',
      'credentials',
      'username',
    );
  }
  if (password === '' || password.length > 16_384)
    throw badInput("A registry's password is 1 to 16,384 characters.", 'input', 'credentials', 'password');
  return { username, password };
}

/** Where credentials may go besides the registry's own host. Throws BAD_USER_INPUT. */
export function parseRealm(text: string): string {
  const url = text.length <= 2048 ? URL.parse(text) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash) return url.href;
  throw badInput(
    `${quote(text)} is not the address of a token server: expected https://host/path.`,
    'input',
    'authRealm',
  );
}

/** Checks the secret that notifications carry. Throws BAD_USER_INPUT. */
export function parseEventsSecret(secret: string): string {
  if (secret.length >= 16 && secret.length <= 255 && /^[\x21-\x7e]+$/.test(secret)) return secret;
  throw badInput(
    'The secret of notifications is 16 to 255 printable characters without spaces: openssl rand -hex 32 makes one.',
    'input',
    'eventsSecret',
  );
}

/** Returns the certificates that vouch for a registry's own, as they were given. Throws BAD_USER_INPUT. */
export function parseCaCertificate(pem: string): string {
  if (readCertificates(pem)) return pem;
  throw badInput(
    'The CA certificate must be PEM text: "-----BEGIN CERTIFICATE-----" and so on.',
    'input',
    'caCertificate',
  );
}

/** Throws BAD_USER_INPUT for what no registry could be shown. No message holds anything of the key. */
export function parseClientCertificate(
  { certificate, key }: ClientCertificate,
  addr: string,
  now: Date,
): ClientCertificate {
  if (!addr.startsWith('https:'))
    throw refuse('A client certificate is shown over https only: give the address with https://.');
  const [leaf] = readCertificates(certificate) ?? [];
  if (!leaf)
    throw refuse('The client certificate must be PEM text: "-----BEGIN CERTIFICATE-----" and so on.', 'certificate');
  if (!leaf.checkPrivateKey(readKey(key))) {
    throw refuse(
      `The key is not the one of the client certificate (${describeCertificates([leaf], now)}), which must be the ` +
        'first of its text.',
      'key',
    );
  }
  if (leaf.validToDate < now)
    throw refuse(`The client certificate is over: ${describeCertificates([leaf], now)}.`, 'certificate');
  return { certificate, key };
}

function readCertificates(pem: string): readonly X509Certificate[] | null {
  if (pem.length > longestCertificates) return null;
  try {
    return parseCertificates(pem);
  } catch {
    return null;
  }
}

function readKey(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) {
    throw refuse(
      'The key of the client certificate is encrypted. Give it as "openssl pkey -in key.pem" writes it; it is ' +
        'stored sealed.',
      'key',
    );
  }
  try {
    if (pem.length <= longestKey) return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // Told below: OpenSSL's words may hold some of it.
  }
  throw refuse('The key of the client certificate must be PEM text: "-----BEGIN PRIVATE KEY-----" and so on.', 'key');
}

function refuse(message: string, ...field: string[]): Error {
  return badInput(message, 'input', 'clientCertificate', ...field);
}
