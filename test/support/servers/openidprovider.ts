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
  /** Who is let in from now on by each login, without being asked; null: it lets nobody in. */
  letIn(person: ProviderPerson | null): void;
  /** Gives the gateway at this address a client of its own, by which people log in. Forgets logins of before. */
  addClient(publicUrl: string): PeopleClient;
  /** Any token, signed with its key. */
  sign(payload: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** Somebody whom the provider knows, and what it says of them. */
export interface ProviderPerson {
  readonly sub: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface PeopleClient {
  readonly id: string;
  readonly secret: string;
}

/** Of somebody whom it lets in it says in the ID token what it would say when asked for more; false by default. */
export interface ProviderOptions {
  readonly saysAllInToken?: boolean;
  /** Seconds between two questions after a device code that it asks for; it names none by default. */
  readonly deviceInterval?: number;
}

const people: PeopleClient = { id: 'registry-gateway', secret: 'a secret of the gateway: and of its provider' };

/** As a provider might word it: nobody is shown that. */
export const denial = '<b>denied</b> by the provider';

const machine = { id: 'build-machine', secret: 'a secret of a machine and of its provider' };
const audience = 'https://gateway.example/api';

export async function startOpenIdProvider(options: ProviderOptions = {}): Promise<OpenIdProvider> {
  const asked: string[] = [];
  const answers = new Map<string, (response: ServerResponse) => void>();
  let isAway = false;
  let machineClaims: Readonly<Record<string, unknown>> = {};
  let person: ProviderPerson | null = null;
  const clients = new Map<string, object>();
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
    const configuration = {
      ...configure(key, () => machineClaims, [...clients.values()]),
      conformIdTokenClaims: options.saysAllInToken !== true,
      findAccount: (_context: unknown, id: string) =>
        person?.sub === id ? { accountId: id, claims: () => ({ ...person?.claims, sub: id }) } : undefined,
    };
    const provider = silently(() => new OidcProvider(issuer, configuration));
    provider.use(async (context, next) => {
      await next();
      const { deviceInterval: interval } = options;
      if (context.path === '/device/auth' && interval !== undefined)
        Object.assign(context.body as object, { interval });
    });
    const answer = provider.callback();
    listener = (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return answer(request, response);
      const outcome = person
        ? { login: { accountId: person.sub } }
        : { error: 'access_denied', error_description: denial };
      void provider.interactionFinished(request, response, outcome);
    };
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
    letIn: (who) => void (person = who),
    addClient(publicUrl) {
      clients.set(people.id, describeClient(publicUrl));
      open();
      return people;
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

function describeClient(publicUrl: string): object {
  return {
    client_id: people.id,
    client_secret: people.secret,
    id_token_signed_response_alg: 'ES256',
    grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    redirect_uris: [`${publicUrl}auth/callback`],
    post_logout_redirect_uris: [publicUrl],
  };
}

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: { readonly Grant: new (of: object) => ProviderGrant };
  };
}

interface ProviderGrant {
  addOIDCScope(scope: string): void;
  save(): Promise<unknown>;
}

/** Nobody is asked whether the gateway may know who they are. */
async function grantAll({ oidc }: GrantContext): Promise<ProviderGrant> {
  const { provider, client, session } = oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email');
  await grant.save();
  return grant;
}

/** A page that loads nothing. */
function askToLogOut(context: { body: string }, form: string): void {
  const button = '<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>';
  context.body = `<!doctype html><link rel="icon" href="data:,">${form}${button}`;
}

/** Pages of a form with its code, and without a word of anybody's. */
const devicePages = {
  enabled: true,
  userCodeInputSource: (context: { body: string }, form: string) => void (context.body = form),
  userCodeConfirmSource: (context: { body: string }, form: string) => void (context.body = form),
  successSource: (context: { body: string }) => void (context.body = 'Done'),
};

/** Seconds; the provider says of each that is not set that it should be. */
const fewMinutes = Object.fromEntries(
  ['AccessToken', 'AuthorizationCode', 'DeviceCode', 'Grant', 'IdToken', 'Interaction', 'Session'].map((kind) => [
    kind,
    600,
  ]),
);

function configure(key: JWK, claimsOf: () => Readonly<Record<string, unknown>>, clients: readonly object[]): object {
  return {
    jwks: { keys: [key] },
    cookies: { keys: ['a key of the cookies of the provider'] },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
    loadExistingGrant: grantAll,
    clients: [
      ...clients,
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
      rpInitiatedLogout: { logoutSource: askToLogOut },
      clientCredentials: { enabled: true },
      deviceFlow: devicePages,
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
    ttl: { ClientCredentials: 600, ...fewMinutes },
  };
}
