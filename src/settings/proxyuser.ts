import { type Environment, Fault, type ReadSetting } from './reader.js';

/** Headers that are read already, or that no proxy names a user in. */
const taken = ['authorization', 'cookie', 'host', 'origin', 'x-access-token', 'x-service-key'];

/** AUTH_PROXY_HEADER in small letters; null: it is not set, or faulty, which is noted. */
export function readProxyUserHeader(env: Environment, read: ReadSetting, faults: string[]): string | null {
  const header = read<string | null>('AUTH_PROXY_HEADER', '', parseHeader);
  if (header !== null && !env['TRUST_PROXY'])
    faults.push('AUTH_PROXY_HEADER needs TRUST_PROXY: from anybody else the header could say anything.');
  return header;
}

function parseHeader(text: string): string | null | Fault {
  if (text === '') return null;
  const name = text.toLowerCase();
  // No underscore: proxies disagree whether it is the same as a hyphen.
  const isFit = /^[a-z][a-z0-9-]{0,63}$/.test(name) && !taken.includes(name) && !/^(?:sec|x-forwarded)-/.test(name);
  return isFit
    ? name
    : new Fault(
        'must be the name of a header that only the proxy sets, like X-Remote-User: letters, digits and hyphens.',
      );
}
