import { createHash } from 'node:crypto';
import { tagOf } from '../coding/condition.js';
import type { Content } from '../coding/content.js';
import { type Branding, noBranding } from '../domain/gateway.js';
import { deriveAccent, printAccent } from './accent.js';
import { typeOf } from './files.js';

/** The branding as a page shows it before anybody has logged in. Addresses are below the gateway's root. */
export interface Brand {
  readonly name: string | null;
  readonly logo: string | null;
  readonly styles: string | null;
  /** The files that the addresses lead to, by their names. */
  readonly files: ReadonlyMap<string, Content>;
}

/** Each file has a hash of its content in its name, as those of the console's build: it is kept for ever. */
export function createBrand({ name, accent, logo }: Branding = noBranding): Brand {
  const files = new Map<string, Content>();
  const add = (kind: string, ending: string, body: Buffer): string => {
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 8);
    const file = `${kind}-${hash}.${ending}`;
    files.set(file, { contentType: typeOf(file), body, etag: tagOf(body), coded: new Map() });
    return `assets/${file}`;
  };
  return {
    name,
    logo: logo && add('logo', logo.form, logo.body),
    styles: accent && add('accent', 'css', Buffer.from(printAccent(deriveAccent(accent)))),
    files,
  };
}
