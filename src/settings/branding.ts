import { readFileSync, statSync } from 'node:fs';
import type { Branding, HexColour, Logo } from '../domain/gateway.js';
import { Fault, type ReadSetting } from './reader.js';

/** Characters of a name: it stands in a bar of 220 pixels, and in the title of a tab. */
const longestName = 40;

/** Bytes of a logo: it comes before somebody can log in, with every first visit. */
const largestLogo = 256 * 1024;

/** CONSOLE_NAME, CONSOLE_ACCENT and CONSOLE_LOGO, whose file is read here. */
export function readBranding(read: ReadSetting): Branding {
  return Object.freeze({
    name: read('CONSOLE_NAME', '', parseName),
    accent: read('CONSOLE_ACCENT', '', parseColour),
    logo: read('CONSOLE_LOGO', '', readLogo),
  });
}

function parseName(text: string): string | null | Fault {
  const name = text.trim();
  if (name === '') return null;
  // Marks that turn the direction of text would reach what stands beside the name.
  const isPlain = !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(name);
  return isPlain && name.length <= longestName
    ? name
    : new Fault(`must be up to ${longestName} characters without control characters: it stands in the console's bar.`);
}

/** Hex alone: it goes into a style sheet, and what is written there must be just a colour. */
function parseColour(text: string): HexColour | null | Fault {
  if (text === '') return null;
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text)?.[1]?.toLowerCase();
  if (digits === undefined) return new Fault('must be a colour as #rgb or #rrggbb, like #2450cf.');
  return `#${digits.length === 3 ? digits.replace(/./g, '$&$&') : digits}`;
}

function readLogo(path: string): Logo | null | Fault {
  if (path === '') return null;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return new Fault(`${path} is no regular file.`);
    if (stats.size > largestLogo)
      return new Fault(`${path} has ${stats.size} bytes: a logo has ${largestLogo} at the most.`);
    const body = readFileSync(path);
    const form = tellForm(body);
    return form === null ? new Fault(`${path} is neither a PNG nor an SVG picture in UTF-8.`) : { form, body };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return new Fault(`${path} ${code === 'ENOENT' ? 'does not exist.' : `cannot be read (${code}).`}`);
  }
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** By what it holds, whatever its name says; null: it is no picture that the console shows. */
function tellForm(body: Buffer): Logo['form'] | null {
  if (body.subarray(0, pngSignature.length).equals(pngSignature)) return 'png';
  if (body.includes(0)) return null;
  // A declaration and comments may come before the root, but no document type: none is needed, and its entities could
  // grow without a bound.
  const root = /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*)*<svg[\s>]/;
  return root.test(body.toString('utf8')) ? 'svg' : null;
}
