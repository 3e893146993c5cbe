import { readClientSettings } from '../../settings/client.js';
import { CommandError } from '../exit.js';
import type { Io } from '../io.js';
import { type Address, isExposed, parseAddress } from './address.js';
import { assertProfileName, defaultProfile, type Profiles, readProfiles } from './profiles.js';

/** Which gateway, and as whom. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly token?: string;
  readonly profile?: string;
}

export interface GatewayTarget {
  readonly address: Address;
  readonly token: string;
  /** How to come by another token, in a sentence. */
  readonly remedy: string;
}

/**
 * Options come before the environment, and that before the profile. A token goes with the address it came with: that of
 * the environment is not sent to another `--url`, nor that of a profile. Throws USAGE, CONFIG, or UNAUTHENTICATED when
 * none is known.
 */
export async function findTarget({ env }: Pick<Io, 'env'>, options: ConnectionOptions): Promise<GatewayTarget> {
  const settings = readClientSettings(env);
  if (options.profile !== undefined) assertProfileName(options.profile);
  const given = options.url ?? (options.profile === undefined ? settings.url : null);
  const profiles = (): Promise<Profiles> => readProfiles(settings.folder);
  if (given === null) {
    if (options.token !== undefined)
      throw new CommandError('USAGE', 'A token belongs to one gateway: give its address too, with --url.');
    return ofProfile(await profiles(), options.profile ?? defaultProfile);
  }
  const address = parseAddress(given, options.url === undefined ? 'REGISTRY_GATEWAY_URL' : '--url');
  const token = options.token ?? ofEnvironment(settings, options, address);
  if (token !== null)
    return { address, token: checkToken(token), remedy: 'Check the token, or log in: registry-gateway login' };
  return ofAddress(await profiles(), address, options.profile);
}

/** A warning; null: nothing is to be said. */
export function warnOf(address: Address): string | null {
  return isExposed(address) ? `Warning: ${address} is not encrypted: whoever is on the way can read the token.` : null;
}

/** The token of the environment belongs to its URL; where that is not set, to the one that is given. */
function ofEnvironment(
  { url, token }: ReturnType<typeof readClientSettings>,
  { profile }: ConnectionOptions,
  address: Address,
): string | null {
  if (profile !== undefined) return null;
  return url === null || parseAddress(url, 'REGISTRY_GATEWAY_URL') === address ? token : null;
}

function ofProfile(profiles: Profiles, name: string): GatewayTarget {
  const profile = profiles.get(name);
  const remedy = describeLogin(name, profile?.url);
  if (profile) return { address: profile.url, token: profile.token, remedy };
  throw new CommandError(
    'UNAUTHENTICATED',
    `No gateway is known${name === defaultProfile ? '' : ` as ${name}`}. ${remedy}`,
  );
}

function ofAddress(profiles: Profiles, address: Address, name: string | undefined): GatewayTarget {
  for (const [known, { url, token }] of profiles) {
    if (url === address && (name === undefined || name === known))
      return { address, token, remedy: describeLogin(known, address) };
  }
  throw new CommandError(
    'UNAUTHENTICATED',
    `No token is known for ${address}. ${describeLogin(name ?? defaultProfile, address)}`,
  );
}

function describeLogin(name: string, address: string = 'http://127.0.0.1:4000'): string {
  return `Log in: registry-gateway login --url ${address}${name === defaultProfile ? '' : ` --profile ${name}`}`;
}

/** A text that no header can carry is no token. */
function checkToken(token: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw new CommandError('USAGE', 'The token is none: it has characters that no token has.');
}
