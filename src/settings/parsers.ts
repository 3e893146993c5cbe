import { findPasswordFault, isUsername } from '../domain/account.js';
import { type IpNetwork, parseNetwork } from '../domain/network.js';
import { Fault } from './reader.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export function parseHost(text: string): string | Fault {
  return /^[\w.:-]{1,253}$/.test(text)
    ? text
    : new Fault('must be an address or a host name to listen on, without a scheme or port.');
}

export function parsePort(text: string): number | Fault {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? Number(text)
    : new Fault('must be a number from 0 to 65535; 0 takes any free port.');
}

export const parseDays = parseNumber(1, 36_500, 'number of days');
export function parseNumber(least: number, most: number, kind = 'whole number'): (text: string) => number | Fault {
  return (text) => {
    const isIn = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isIn ? Number(text) : new Fault(`must be a ${kind} from ${least} to ${most}.`);
  };
}

export function parseUsername(text: string): string | Fault {
  return isUsername(text) ? text : new Fault('must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".');
}

export function parsePassword(text: string): string | null | Fault {
  const fault = text ? findPasswordFault(text) : null;
  return fault === null ? text || null : new Fault(fault);
}

export function parseOrigins(text: string): string[] | Fault {
  const origins = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (text.includes('*')) return new Fault('must name the origins one by one: "*" would let every site in.');
  const bad = origins.find((origin) => !/^https?:\/\//.test(origin) || URL.parse(origin)?.origin !== origin);
  return bad === undefined
    ? origins
    : new Fault(
        `must be origins like https://host:port, joined by commas, without a path: ${JSON.stringify(bad)} is none.`,
      );
}

/** A network that every address is in would let each client say where it comes from. */
export function parseProxies(text: string): IpNetwork[] | Fault {
  const form = 'must be addresses or networks of proxies like 10.0.0.0/8, joined by commas:';
  const networks = parseNetworks(text, form);
  const wide = networks instanceof Fault ? undefined : networks.find(({ prefix }) => prefix === 0);
  return wide === undefined ? networks : new Fault(`${form} ${wide.address}/0 is everybody.`);
}

/** A list that is set and names no network is a mistake: an empty list of what is allowed would allow all. */
export function parseNetworks(
  text: string,
  form = 'must be networks like 10.0.0.0/8 or fd00::/8, joined by commas:',
): IpNetwork[] | Fault {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  const networks = parts.map(parseNetwork);
  const bad = text !== '' && parts.length === 0 ? text : parts[networks.indexOf(null)];
  if (bad === undefined) return networks.filter((network) => network !== null);
  return new Fault(`${form} ${JSON.stringify(bad.slice(0, 100))} is none.`);
}

export function parseLogLevel(text: string): LogLevel | Fault {
  return logLevels.includes(text as LogLevel)
    ? (text as LogLevel)
    : new Fault(`must be one of ${logLevels.join(', ')}.`);
}

export function parseWord<W extends string>(...words: readonly W[]): (text: string) => W | Fault {
  return (text) => words.find((word) => word === text) ?? new Fault(`must be one of ${words.join(', ')}.`);
}

/** Of the form that the secrets of notifications have. */
export function parseScrapeToken(text: string): string | null | Fault {
  if (text === '') return null;
  const isFit = text.length >= 16 && text.length <= 255 && /^[\x21-\x7e]+$/.test(text);
  return isFit
    ? text
    : new Fault('must be 16 to 255 printable characters without spaces: openssl rand -hex 32 makes one.');
}
