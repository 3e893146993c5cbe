import { createBearerIdentification } from './auth/bearer.js';
import type { IdentifyBearer } from './auth/viewer.js';
import type { SingleSignOnSettings } from './domain/singlesignon.js';
import { createAccessTokenCheck } from './oidc/accesstoken.js';
import { createProvider } from './oidc/provider.js';
import { createProviderFetch, type ProviderWay } from './oidc/providerfetch.js';
import { createSigningKeys } from './oidc/signingkeys.js';

export interface SingleSignOnParts extends Omit<ProviderWay, 'isHttpAllowed'> {
  readonly clock: () => Date;
}

/** Whom a provider lets in. */
export interface SingleSignOn {
  readonly identifyBearer: IdentifyBearer;
  /** Closes the connections to the provider. */
  close(): void;
}

/** Asks the provider nothing yet: a gateway starts without it. */
export function openSingleSignOn(settings: SingleSignOnSettings, parts: SingleSignOnParts): SingleSignOn {
  const { clock, timer } = parts;
  const { issuer, isHttpAllowed } = settings;
  const fetch = createProviderFetch({ ...parts, isHttpAllowed });
  const provider = createProvider(settings, { fetch, timer });
  const keys = createSigningKeys(() => provider.readKeys(), timer);
  const verify = createAccessTokenCheck(settings, keys, clock);
  return {
    identifyBearer: createBearerIdentification(issuer, verify, clock),
    close: () => fetch.close(),
  };
}
