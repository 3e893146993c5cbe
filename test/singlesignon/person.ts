import type { SignOnClient, SingleSignOnSettings } from '../../src/domain/singlesignon.js';
import type { OpenIdProvider } from '../support/servers/openidprovider.js';
import { exchange, type HttpAnswer, type TestGateway } from '../support/worlds/gateway.js';

/** Below a path, as behind a proxy: nothing listens there, and what is sent there is for the gateway. */
export const publicUrl = 'https://gateway.example/tools/';

/** Settings by which the provider's machines are let in, and nobody logs in. */
export function describeMachines({ issuer, audience }: OpenIdProvider): SingleSignOnSettings {
  return {
    issuer,
    usernameClaim: 'preferred_username',
    groupsClaim: 'groups',
    roles: [
      { group: 'readers', role: 'registries:ro' },
      { group: 'operators', role: 'admin' },
    ],
    requiredGroup: null,
    audience,
    client: null,
    isHttpAllowed: true,
  };
}

/** Settings by which people log in at the provider, which must know the gateway's client. */
export function describePeople(
  provider: OpenIdProvider,
  client: Pick<SignOnClient, 'id' | 'secret'> & Partial<SignOnClient>,
  more: Partial<SingleSignOnSettings> = {},
): SingleSignOnSettings {
  const known = { scopes: 'openid profile email', name: 'The provider', sessionHours: 12, areTeamsGroups: false };
  return { ...describeMachines(provider), audience: null, client: { ...known, ...client }, ...more };
}

/** What the page is given in the end: a session, or why there is none. */
export interface FetchedLogin {
  readonly token?: string;
  readonly username?: string;
  readonly expiresAt?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A browser without a window: it keeps cookies by host, and goes where it is sent. */
export interface PlainBrowser {
  /** Follows all redirects; gives the address that it ends at, and what is there. */
  go(address: string): Promise<{ readonly address: URL; readonly text: string }>;
  /** The same, but stops before the first address that begins so. */
  goUntil(address: string, end: string): Promise<URL>;
  /** One request to the gateway, with the cookies that a page of its own would send. */
  send(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer<FetchedLogin>>;
  post(
    address: string,
    form: Readonly<Record<string, string>>,
  ): Promise<{ readonly address: URL; readonly text: string }>;
  readonly cookies: Map<string, Map<string, string>>;
}

export function createPlainBrowser(
  { url }: TestGateway,
  headersOf: Readonly<Record<string, string>> = {},
): PlainBrowser {
  const cookies = new Map<string, Map<string, string>>();
  const jarOf = (host: string): Map<string, string> => {
    const jar = cookies.get(host) ?? new Map<string, string>();
    cookies.set(host, jar);
    return jar;
  };
  const request = async (
    method: string,
    address: URL,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<HttpAnswer<FetchedLogin>> => {
    const jar = jarOf(address.host);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const isOurs = address.href.startsWith(publicUrl);
    const path = isOurs
      ? `/${address.href.slice(publicUrl.length).replace(/#.*$/, '')}`
      : `${address.pathname}${address.search}`;
    const answer = await exchange<FetchedLogin>(isOurs ? url : address.origin, method, path, {
      headers: { ...(cookie && { cookie }), ...(isOurs && headersOf), ...headers },
      body,
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  const follow = async (method: string, start: URL, end: string | null, body?: string) => {
    let address = start;
    let [how, sent] = [method, body];
    for (let hops = 0; hops < 12; hops++) {
      if (end !== null && address.href.startsWith(end)) return { address, text: '' };
      const type: Record<string, string> =
        sent === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
      const { headers, text } = await request(how, address, type, sent);
      const next = headers.get('location');
      if (next === null) return { address, text };
      address = new URL(next, address);
      [how, sent] = ['GET', undefined];
    }
    throw new Error(`Sent on too often, at last to ${address.href}`);
  };
  return {
    cookies,
    go: (address) => follow('GET', new URL(address), null),
    goUntil: async (address, end) => (await follow('GET', new URL(address), end)).address,
    send: (method, path, headers = {}) => request(method, new URL(path, publicUrl), headers),
    post: (address, form) => follow('POST', new URL(address), null, new URLSearchParams(form).toString()),
  };
}

/** The whole way: to the provider, back, and what the page is given. */
export async function logInBy(browser: PlainBrowser): Promise<FetchedLogin> {
  await browser.go(`${publicUrl}auth/login`);
  return fetchLogin(browser);
}

export async function fetchLogin(browser: PlainBrowser): Promise<FetchedLogin> {
  return (await browser.send('POST', 'auth/session', { 'sec-fetch-site': 'same-origin' })).body;
}
