import { BypassFault, type BypassRule, parseBypass } from '../domain/bypass.js';
import { type OutboundProxies, type OutboundProxy, parseOutboundProxy, ProxyFault } from '../domain/outboundproxy.js';
import { type Environment, Fault, type ReadSetting } from './reader.js';

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Of each the spelling in small letters goes before that in capitals, as in curl
 * and Node. HTTP_PROXY in capitals is read too: what made it unsafe in CGI programs, a caller's `Proxy` header, never
 * gets into this process's environment.
 */
export function readOutboundProxies(env: Environment, read: ReadSetting): OutboundProxies {
  const nameOf = (variable: string): string => (env[variable.toLowerCase()] ? variable.toLowerCase() : variable);
  const readProxy = (variable: string): OutboundProxy | null => {
    const name = nameOf(variable);
    return read<OutboundProxy | null>(name, '', (text) => parseProxy(text, name));
  };
  return Object.freeze({
    https: readProxy('HTTPS_PROXY'),
    http: readProxy('HTTP_PROXY'),
    bypass: Object.freeze(read(nameOf('NO_PROXY'), '', parseNoProxy)),
  });
}

function parseProxy(text: string, name: string): OutboundProxy | null | Fault {
  if (text.trim() === '') return null;
  const proxy = parseOutboundProxy(text.trim(), name);
  return proxy instanceof ProxyFault ? new Fault(proxy.text) : Object.freeze(proxy);
}

function parseNoProxy(text: string): readonly BypassRule[] | Fault {
  const rules = parseBypass(text);
  if (!(rules instanceof BypassFault)) return rules;
  // A proxy's address may have got here, with a password in it.
  const entry = rules.entry.includes('@') ? 'an entry with "@"' : JSON.stringify(rules.entry.slice(0, 100));
  return new Fault(
    `must be hosts, .suffixes, addresses or networks like 10.0.0.0/8, joined by commas: ${entry} is none.`,
  );
}
