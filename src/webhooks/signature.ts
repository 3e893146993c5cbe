import { createHmac, randomBytes } from 'node:crypto';
import { badInput } from '../errors.js';

// Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

const prefix = 'whsec_';
/** Bytes of a secret. */
const [shortest, longest, usual] = [24, 64, 32];

/** A new secret, as it is shown. */
export function createWebhookSecret(): string {
  return prefix + randomBytes(usual).toString('base64');
}

/** Throws BAD_USER_INPUT for anything but `whsec_` and the base64 of 24 to 64 bytes. It never quotes the text. */
export function parseWebhookSecret(text: string, ...path: string[]): string {
  const bytes = text.startsWith(prefix) ? readBase64(text.slice(prefix.length)) : null;
  if (bytes !== null && bytes.length >= shortest && bytes.length <= longest) return text;
  throw badInput(
    `"secret" must be ${prefix} and the base64 of ${shortest} to ${longest} random bytes; one is made where it is ` +
      'left out.',
    ...path,
  );
}

/** A message as it is signed and sent. */
export interface SignedMessage {
  /** The same each time that the message is sent. */
  readonly id: string;
  /** Seconds of the epoch: of this attempt. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers: a signature by each secret, with spaces between them. */
export function signMessage({ id, timestamp, body }: SignedMessage, secrets: readonly string[]): SignatureHeaders {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': `${timestamp}`, 'webhook-signature': signatures.join(' ') };
}

export type SignatureHeaders = Readonly<Record<`webhook-${'id' | 'timestamp' | 'signature'}`, string>>;

/** null for what is not the one spelling of its bytes. */
function readBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '') ? bytes : null;
}
