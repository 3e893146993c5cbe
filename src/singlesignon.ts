import { createBearerIdentification } from './auth/bearer.js';
import type { IdentifyBearer } from './auth/viewer.js';
import type { SingleSignOnSettings } from './domain/singlesignon.js';
import { createAccessTokenCheck } from './oidc/accesstoken.js';
import { createProvider } from './oidc/provider.js';
import { createProviderFetch, type ProviderWay } from './oidc/providerfetch.js';
import { createRelyingParty, type RelyingParty } from './oidc/relyingparty.js';
import { createSigningKeys } from './oidc/signingkeys.js';
import type { AccountStore } from './store/accounts/accounts.js';

export interface SingleSignOnParts extends Omit<ProviderWay, 'isHttpAllowed'> {
  readonly clock: () => Date;
  readonly accounts: AccountStore;
}

/** Whom a provider lets in. */
export interface SingleSignOn {
  /** null: bearer tokens of the provider are not taken. */
  readonly identifyBearer: IdentifyBearer | null;
  /** null: people do not log in by it. */
  readonly party: RelyingParty | null;
  /** Closes the connections to the provider. */
  close(): void;
}

/** Asks the provider nothing yet: a gateway starts without it. */
export function openSingleSignOn(settings: SingleSignOnSettings, parts: SingleSignOnParts): SingleSignOn {
  const { clock, timer, accounts } = parts;
  const { issuer, audience, client, isHttpAllowed } = settings;
  const fetch = createProviderFetch({ ...parts, isHttpAllowed });
  const provider = createProvider(settings, { fetch, timer });
  const keys = createSigningKeys(() => provider.readKeys(), timer);
  const verify = audience === null ? null : createAccessTokenCheck(settings, audience, keys, clock);
  return {
    identifyBearer: verify && createBearerIdentification(issuer, verify, accounts, clock),
    party: client && createRelyingParty({ settings, client, provider, keys, fetch, clock }),
    close: () => fetch.close(),
  };
}
