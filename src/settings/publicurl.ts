import { type BasePath, ownParts, parseBasePath } from '../domain/basepath.js';
import { Fault, type ReadSetting } from './reader.js';

/** Where users find the gateway, as far as that is set. */
export interface PublicAddress {
  /** PUBLIC_URL, `https://host:port/path/` with a slash at the end; null: not set. */
  readonly publicUrl: string | null;
  /** From BASE_PATH, or the path of PUBLIC_URL; null: neither is set, and proxies may say it. */
  readonly basePath: BasePath | null;
}

/** Either setting says the base path; where both are set they must agree. */
export function readPublicAddress(read: ReadSetting, faults: string[]): PublicAddress {
  const url = read<URL | null>('PUBLIC_URL', '', parsePublicUrl);
  const given = read<BasePath | null>('BASE_PATH', '', parsePath);
  const ofUrl = url && parseBasePath(url.pathname);
  if (given !== null && ofUrl !== null && given !== ofUrl) {
    faults.push(
      `BASE_PATH is ${given || '/'}, and the path of PUBLIC_URL is ${ofUrl || '/'}: set one of them, or both alike.`,
    );
  }
  return { publicUrl: url && `${url.origin}${ofUrl}/`, basePath: given ?? ofUrl };
}

const pathRule =
  'letters, digits, ".", "_", "~" and "-" between slashes, 255 characters at most, its first part ' +
  `none of ${ownParts.join(', ')}`;

function parsePath(text: string): BasePath | null | Fault {
  if (text === '') return null;
  return parseBasePath(text) ?? new Fault(`must be a path like /registry: ${pathRule}.`);
}

function parsePublicUrl(text: string): URL | null | Fault {
  if (text === '') return null;
  const url = URL.parse(text);
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !/[?#]/.test(text);
  if (!isPlain)
    return new Fault('must be an address like https://tools.example/registry/, without a user, a query or a fragment.');
  return parseBasePath(url.pathname) === null ? new Fault(`must have a path like /registry/: ${pathRule}.`) : url;
}
