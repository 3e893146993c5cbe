import { createBypass } from '../../domain/bypass.js';
import type { OutboundProxies, OutboundProxy } from '../../domain/outboundproxy.js';

/** Whom a connection is for: a host of a registry, its token server, a store that it redirects to. */
export interface Target {
  /** It is asked over https. */
  readonly isTls: boolean;
  readonly hostname: string;
  readonly port: number;
}

/** The proxy that a target is asked through; null: it is asked directly. */
export type ChooseProxy = (target: Target) => OutboundProxy | null;

/** Each host is judged by itself, so that a store that a registry redirects to goes its own way. */
export function createProxyChoice({ https, http, bypass }: OutboundProxies): ChooseProxy {
  if (https === null && http === null) return chooseNone;
  const isBypassed = createBypass(bypass);
  return ({ isTls, hostname, port }) => {
    const proxy = isTls ? https : http;
    return proxy === null || isBypassed(hostname, port) ? null : proxy;
  };
}

/** For all hosts of a registry that has a proxy of its own, but those that only this machine reaches. */
export function createOwnChoice(proxy: OutboundProxy | 'none'): ChooseProxy {
  return proxy === 'none' ? chooseNone : createProxyChoice({ https: proxy, http: proxy, bypass: [] });
}

export const chooseNone: ChooseProxy = () => null;

export function targetOf({ protocol, hostname, port }: URL): Target {
  const isTls = protocol === 'https:';
  return { isTls, hostname, port: Number(port) || (isTls ? 443 : 80) };
}
