import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '../exit.js';
import { type Address, parseAddress } from './address.js';

/** A login that is remembered: the token belongs to the address, and is sent nowhere else. */
export interface Profile {
  readonly url: Address;
  readonly username: string;
  readonly token: string;
}

/** All of them, by name. */
export type Profiles = ReadonlyMap<string, Profile>;

export const defaultProfile = 'default';

const nameForm = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Throws USAGE. */
export function assertProfileName(name: string): void {
  if (nameForm.test(name)) return;
  throw new CommandError(
    'USAGE',
    '--profile must be 1 to 64 letters, digits, ".", "_" and "-", and begin with a letter or digit.',
  );
}

/** Empty where there is no file. Throws CONFIG for a file that others may read, or that is none of profiles. */
export async function readProfiles(folder: string): Promise<Profiles> {
  const path = join(folder, 'profiles.json');
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && mode & 0o077)
      throw new CommandError('CONFIG', `${path} holds tokens and is open to others. Run: chmod 600 ${path}`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return new Map();
    throw new CommandError('CONFIG', `${path} cannot be read (${code}).`);
  }
  const profiles = parseProfiles(text);
  if (profiles) return profiles;
  throw new CommandError('CONFIG', `${path} holds no profiles. Remove it, and log in again: registry-gateway login`);
}

/** The file is written beside the old one and put in its place, so it is never half there. Throws CONFIG. */
export async function writeProfiles(folder: string, profiles: Profiles): Promise<string> {
  const path = join(folder, 'profiles.json');
  const next = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(next, `${JSON.stringify({ profiles: Object.fromEntries(profiles) }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true }).catch(() => undefined);
    throw new CommandError('CONFIG', `${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
  return path;
}

/** null: the text is something else. */
function parseProfiles(text: string): Profiles | null {
  try {
    const { profiles } = JSON.parse(text) as { profiles: Record<string, Record<string, unknown>> };
    return new Map(
      Object.entries(profiles).map(([name, { url, username, token }]) => {
        if (typeof url !== 'string' || typeof username !== 'string' || typeof token !== 'string') throw new TypeError();
        return [name, { url: parseAddress(url, name), username, token }];
      }),
    );
  } catch {
    return null;
  }
}
