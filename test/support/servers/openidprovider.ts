import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import OidcProvider from 'oidc-provider';
import { closeOnce } from '../run/leftovers.js';

/** A real provider, `oidc-provider`, on a free port of 127.0.0.1. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Audience of the bearer tokens that it gives to machines. */
  readonly audience: string;
  /** Paths that were asked for so far, without their queries. */
  readonly asked: readonly string[];
  count(path: string): number;
  /** From now on: nothing is answered, but connections are cut; or all is as before. */
  setAway(isAway: boolean): void;
  /** In place of the real answer to a path; null: the real one again. */
  answer(path: string, write: ((response: ServerResponse) => void) | null): void;
  /** From now on it signs with a new key, and forgets the one before. */
  rotate(): Promise<void>;
  /** A bearer token as machines are given one (client credentials); `claims` are added to it. */
  giveMachineToken(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Any token, signed with its key. */
  sign(payload: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

const machine = { id: 'build-machine', secret: 'a secret of a machine and of its provider' };
const audience = 'https://gateway.example/api';

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const asked: string[] = [];
  const answers = new Map<string, (response: ServerResponse) => void>();
  let isAway = false;
  let machineClaims: Readonly<Record<string, unknown>> = {};
  let listener: RequestListener = () => undefined;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    asked.push(path);
    if (isAway) return void request.socket.destroy();
    const write = answers.get(path);
    if (write) write(response);
    else listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let key = await createKey();
  const open = (): void => {
    const configuration = configure(key, () => machineClaims);
    listener = silently(() => new OidcProvider(issuer, configuration).callback());
  };
  open();
  return {
    issuer,
    audience,
    asked,
    count: (path) => asked.filter((each) => each === path).length,
    setAway: (away) => void (isAway = away),
    answer: (path, write) => void (write ? answers.set(path, write) : answers.delete(path)),
    async rotate() {
      key = await createKey();
      open();
    },
    async giveMachineToken(claims = {}) {
      machineClaims = claims;
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${machine.id}:${encodeURIComponent(machine.secret)}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
      });
      const { access_token: token } = (await response.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`The provider gave no token: status ${response.status}`);
      return token;
    },
    async sign(payload, header = {}) {
      const signer = new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: key.kid!, ...header });
      return signer.sign(await importJWK(key, 'ES256'));
    },
    close: closeOnce(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  };
}

/** It says of each start that it is for development, which this is. */
function silently<T>(work: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

async function createKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') };
}

function configure(key: JWK, claimsOf: () => Readonly<Record<string, unknown>>): object {
  return {
    jwks: { keys: [key] },
    cookies: { keys: ['a key of the cookies of the provider'] },
    clients: [
      {
        client_id: machine.id,
        client_secret: machine.secret,
        id_token_signed_response_alg: 'ES256',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: () => claimsOf(),
    ttl: { ClientCredentials: 600 },
  };
}
