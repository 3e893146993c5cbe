import { jwtVerify } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  Configuration,
  customFetch,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ServerMetadata,
} from 'openid-client';
import {
  findClaim,
  type ProviderIdentity,
  readProviderIdentity,
  type SignOnClient,
  type SingleSignOnSettings,
} from '../domain/singlesignon.js';
import { askDeviceLogin, beginDeviceLogin, type DeviceLogin, type DevicePending } from './deviceauthorization.js';
import { notOfLogin, toLoginError, unfitProvider } from './loginfailure.js';
import type { Provider } from './provider.js';
import type { ProviderFetch } from './providerfetch.js';
import { type SigningKeys, verification } from './signingkeys.js';

/** Texts that a login is begun with and ended by: whoever has them is the browser that began it. */
export interface LoginChecks {
  readonly state: string;
  readonly nonce: string;
  /** PKCE's `code_verifier`. */
  readonly verifier: string;
}

/** The gateway as the provider's client. Methods throw LOGIN_UNAVAILABLE where the provider does not do its part. */
export interface RelyingParty {
  /** Where a browser logs in, and comes back from to `redirectUri`. */
  begin(redirectUri: string): Promise<{ readonly address: URL; readonly checks: LoginChecks }>;
  /**
   * Says who came back. `query` is that of the address the browser was sent to. Throws UNAUTHENTICATED for an answer
   * that is not of this login, FORBIDDEN where the provider let nobody in.
   */
  finish(redirectUri: string, query: string, checks: LoginChecks): Promise<ProviderIdentity>;
  /** Begins a login of a program that has no browser. */
  beginDevice(): Promise<DeviceLogin>;
  /**
   * Asks the provider once who completed a login. Throws UNAUTHENTICATED for one that nobody completed in time or that
   * was given out already, FORBIDDEN where the provider let nobody in.
   */
  finishDevice(deviceCode: string): Promise<ProviderIdentity | DevicePending>;
  /** Where a browser logs out of the provider, and comes back from to `returnTo`; null: there is no such place. */
  findLogoutAddress(returnTo: string): Promise<URL | null>;
}

export interface RelyingPartyParts {
  readonly settings: SingleSignOnSettings;
  readonly client: SignOnClient;
  readonly provider: Provider;
  readonly keys: SigningKeys;
  readonly fetch: ProviderFetch;
  readonly clock: () => Date;
}

export function createRelyingParty(parts: RelyingPartyParts): RelyingParty {
  const { provider, settings, client } = parts;
  const open = async (): Promise<Configuration> => configure(await provider.readMetadata(), parts);
  /** Errors of the library become the gateway's own, without a word of the provider's. */
  const ask = <T>(work: (config: Configuration) => Promise<T>): Promise<T> =>
    open()
      .then(work)
      .catch((error: unknown) => {
        throw toLoginError(error);
      });
  return {
    begin: (redirectUri) =>
      ask(async (config) => {
        const checks = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
        const address = buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: client.scopes,
          state: checks.state,
          nonce: checks.nonce,
          code_challenge: await calculatePKCECodeChallenge(checks.verifier),
          code_challenge_method: 'S256',
        });
        return { address: assertAddress(address, settings), checks };
      }),
    finish: (redirectUri, query, { state, nonce, verifier }) =>
      ask(async (config) => {
        const tokens = await authorizationCodeGrant(config, new URL(`${redirectUri}?${query}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        return identify(config, tokens, parts);
      }),
    beginDevice: () =>
      ask((config) => beginDeviceLogin(config, client, (text) => assertAddress(URL.parse(text), settings))),
    finishDevice: (deviceCode) =>
      ask(async (config) => {
        const given = await askDeviceLogin(config, deviceCode);
        return typeof given === 'string' ? given : identify(config, given, parts);
      }),
    findLogoutAddress: (returnTo) =>
      ask(async (config) => {
        if (config.serverMetadata().end_session_endpoint === undefined) return null;
        return assertAddress(buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }), settings);
      }),
  };
}

function configure(metadata: ServerMetadata, { settings, client, fetch }: RelyingPartyParts): Configuration {
  const lenient = { [clockTolerance]: verification.clockTolerance };
  const config = new Configuration({ ...metadata }, client.id, lenient, chooseAuth(metadata, client));
  config[customFetch] = (url, { method, headers, body }) =>
    fetch.send(new URL(url), { method, headers, body: body === null || body === undefined ? null : toText(body) });
  if (settings.isHttpAllowed) allowInsecureRequests(config);
  return config;
}

/** The library sends forms alone. */
function toText(body: unknown): string {
  return body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : '';
}

/** Basic is what a provider that says nothing takes (OpenID Connect Discovery §3). */
function chooseAuth(metadata: ServerMetadata, { secret }: SignOnClient): ClientAuth {
  if (secret === null) return None();
  const { token_endpoint_auth_methods_supported: ways = ['client_secret_basic'] } = metadata;
  return ways.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}

/**
 * Verifies the ID token by the provider's keys, though it came from the provider itself; what it lacks of the claims
 * that count is asked of the provider's UserInfo endpoint, where there is one.
 */
async function identify(
  config: Configuration,
  { id_token: idToken, access_token: accessToken }: { readonly id_token?: string; readonly access_token: string },
  { settings, client, keys, clock }: RelyingPartyParts,
): Promise<ProviderIdentity> {
  if (idToken === undefined) throw unfitProvider('gave no ID token. OIDC_SCOPES must have openid');
  const { payload } = await jwtVerify(idToken, keys.find, {
    issuer: settings.issuer,
    audience: client.id,
    ...verification,
    currentDate: clock(),
    requiredClaims: ['exp', 'sub'],
  });
  const { sub = '' } = payload;
  const isWhole = [settings.groupsClaim, settings.usernameClaim].every(
    (name) => findClaim(payload, name) !== undefined,
  );
  const canAsk = !isWhole && config.serverMetadata().userinfo_endpoint !== undefined;
  const more = canAsk ? await fetchUserInfo(config, accessToken, sub) : {};
  return readProviderIdentity({ ...more, ...payload }, settings) ?? Promise.reject(notOfLogin('names nobody'));
}

/** A browser is sent there, or a person shown it: it is an address of the web. */
function assertAddress(address: URL | null, { isHttpAllowed }: SingleSignOnSettings): URL {
  if (address?.protocol === 'https:' || (isHttpAllowed && address?.protocol === 'http:')) return address;
  throw unfitProvider('names an address that is not https://');
}
