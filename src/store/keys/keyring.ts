import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { GatewayError } from '../../errors.js';
import { createNumberCode, type NumberCode } from './numbercode.js';

/** The only form a secret is stored in: `v1.<key id>.<iv>.<tag>.<ciphertext>`, the last three in base64url. */
export type Sealed = string;

/** Seals with the primary key, opens with any. */
export interface Keyring {
  /**
   * `context` binds the text to its place, `registry:<id>:password`: sealed text moved to another row does not open.
   */
  seal(text: string, context: string): Sealed;
  /** Throws INTERNAL for text that is no longer what was sealed, was sealed for another place, or by an unknown key. */
  open(sealed: Sealed, context: string): string;
  /** Writes numbers for a purpose with the primary key, reads them with any. */
  createNumberCode(purpose: string): NumberCode;
  /** The id of the primary key, 8 hex characters that tell nothing about it. */
  readonly keyId: string;
}

interface EncryptionKey {
  readonly id: string;
  readonly bytes: Buffer;
  /** 32 bytes for another purpose than sealing. */
  readonly derive: (purpose: string) => Buffer;
}

/** AES-256-GCM, NIST SP 800-38D: a 96-bit IV, random for each seal, and the whole 128-bit tag. */
const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/**
 * `primary` seals; `older` keys only open, until everything they sealed is sealed again. Each at least 32 bytes, from
 * which the key proper is derived (HKDF-SHA-256). Throws BAD_USER_INPUT for a shorter one.
 */
export function createKeyring(primary: Uint8Array, older: readonly Uint8Array[] = []): Keyring {
  const current = deriveKey(primary);
  const keys = new Map([...older.map(deriveKey), current].map((key) => [key.id, key]));
  return {
    keyId: current.id,
    createNumberCode: (purpose) =>
      createNumberCode(
        current.derive(purpose),
        older.map((secret) => deriveKey(secret).derive(purpose)),
      ),
    seal: (text, context) => seal(current, text, context),
    open: (sealed, context) => {
      const parts = parseSealed(sealed);
      const key = parts && keys.get(parts.keyId);
      if (!parts) throw refused(context, 'it is damaged');
      if (!key)
        throw refused(context, `it was sealed with the key ${parts.keyId}, which is not among this gateway's keys`);
      return open(key, parts, context);
    },
  };
}

function deriveKey(secret: Uint8Array): EncryptionKey {
  if (secret.length < 32)
    throw new GatewayError('BAD_USER_INPUT', 'The secret key must have at least 32 bytes.', { path: ['SECRET_KEY'] });
  const derive = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `registry-gateway ${purpose}`, length));
  return {
    id: derive('key id', 4).toString('hex'),
    bytes: derive('sealing', 32),
    derive: (purpose) => derive(`numbers ${purpose}`, 32),
  };
}

function seal(key: EncryptionKey, text: string, context: string): Sealed {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv(algorithm, key.bytes, iv, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return ['v1', key.id, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))].join('.');
}

interface SealedEnvelope {
  readonly keyId: string;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly ciphertext: Buffer;
}

/** The id of the key that sealed the text; null: it is no sealed text. */
export function keyIdOf(sealed: Sealed): string | null {
  return parseSealed(sealed)?.keyId ?? null;
}

/** null for anything but the exact text that `seal` writes: base64url has several spellings of the same bytes. */
function parseSealed(sealed: Sealed): SealedEnvelope | null {
  const match = /^v1\.([0-9a-f]{8})\.([\w-]{16})\.([\w-]{22})\.([\w-]*)$/.exec(sealed);
  if (!match) return null;
  const [, keyId = '', ...texts] = match;
  const [iv, tag, ciphertext] = texts.map((text) => Buffer.from(text, 'base64url'));
  if (!iv || !tag || !ciphertext) return null;
  return [iv, tag, ciphertext].every((bytes, i) => bytes.toString('base64url') === texts[i])
    ? { keyId, iv, tag, ciphertext }
    : null;
}

function open(key: EncryptionKey, { iv, tag, ciphertext }: SealedEnvelope, context: string): string {
  const decipher = createDecipheriv(algorithm, key.bytes, iv, { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch {
    throw refused(context, 'it was changed, or belongs to another row');
  }
}

function refused(context: string, why: string): GatewayError {
  return new GatewayError(
    'INTERNAL',
    `The stored secret ${context} cannot be opened: ${why}. Enter it again, or restore the backup and its key.`,
  );
}

/**
 * Every column that holds sealed text, and what its text is bound to: the row and the field. A change of the key walks
 * this list, so what is sealed stands here or is lost with its key; a test finds columns that are missing.
 */
export const sealedColumns = [
  { table: 'registry', column: 'password_sealed', field: 'password' },
  { table: 'registry', column: 'client_certificate_sealed', field: 'client-certificate' },
  { table: 'registry', column: 'proxy_credentials_sealed', field: 'proxy-credentials' },
  { table: 'webhook', column: 'secret_sealed', field: 'webhook-secret' },
  { table: 'webhook', column: 'former_secret_sealed', field: 'former-webhook-secret' },
] as const;

export type SealedField = (typeof sealedColumns)[number]['field'];

/** The text that a secret of a registry, or of a webhook, is bound to. */
export function contextOf(id: string, field: SealedField): string {
  return `${field.endsWith('webhook-secret') ? 'webhook' : 'registry'}:${id}:${field}`;
}
