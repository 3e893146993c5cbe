import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';

/** Where a gateway is: `https://host:port/prefix`, without a slash at the end. One place has one text. */
export type Address = string & { readonly __brand: 'Address' };

/** Throws USAGE. `source` names where the text is from: `--url`. */
export function parseAddress(text: string, source: string): Address {
  const url = URL.parse(text);
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash;
  if (isPlain) return `${url.origin}${url.pathname.replace(/\/+$/, '')}` as Address;
  const shown = url?.password ? '' : ` ${JSON.stringify(escapeControls(text.slice(0, 200)))} is none.`;
  throw new CommandError(
    'USAGE',
    `${source} must be an address like https://gateway.example.com or http://127.0.0.1:4000.${shown}`,
  );
}

/** Whether what is sent there can be read on the way: plain HTTP that leaves the machine. */
export function isExposed(address: Address): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$|\.localhost$/.test(hostname);
}
