import { LRUCache } from 'lru-cache';
import type { Asked } from '../failure/asked.js';
import { createSharedCalls } from '../../sharedcalls.js';
import type { CallOptions } from '../upstream.js';
import { fetchToken, type RegistryToken, type TokenSettings } from './tokens.js';
import type { Bearer } from './ways.js';

export interface TokenCacheSettings extends TokenSettings {
  /** Milliseconds, by the timer. */
  readonly now: () => number;
}

/** Scopes of one registry whose tokens, and whose grants, are remembered. */
const rememberedScopes = 5000;

/** The tokens of one registry, each kept as long as it holds, and fetched once for all that wait for it. */
export class TokenCache {
  readonly #settings: TokenCacheSettings;
  readonly #join = createSharedCalls<RegistryToken>();
  readonly #tokens = new LRUCache<string, { readonly header: string; readonly until: number }>({
    max: rememberedScopes,
  });
  /** Scopes that tokens have to be asked for instead of the one that is needed. */
  readonly #grants = new LRUCache<string, string>({ max: rememberedScopes });

  constructor(settings: TokenCacheSettings) {
    this.#settings = settings;
  }

  /** The scopes that a token for this one is asked for: the scope itself, unless another was found to do. */
  grantFor(scope: string): string {
    return this.#grants.get(scope) ?? scope;
  }

  /** A token for `grant` did what needs `scope`. */
  noteGrant(scope: string, grant: string): void {
    if (grant !== scope) this.#grants.set(scope, grant);
  }

  /** Gives the Authorization header for this scope; a token that has to be fetched is asked for by `grant`. */
  async obtain(
    { realm, service }: Bearer,
    scope: string,
    grant: string,
    asked: Asked,
    call: CallOptions,
  ): Promise<string> {
    const { now } = this.#settings;
    const kept = this.#tokens.get(scope);
    if (kept && kept.until > now()) return kept.header;
    const token = await this.#join(`${scope} ${grant} ${call.isBackground ?? false}`, call.signal, async (signal) => {
      const fresh = await fetchToken(this.#settings, { realm, service, grant }, asked, { ...call, signal });
      if (fresh.ttl > 0) this.#tokens.set(scope, { header: fresh.header, until: now() + fresh.ttl });
      return fresh;
    });
    return token.header;
  }

  /** Forgets a token that was refused, unless another has taken its place. */
  drop(scope: string, rejected: string | null): void {
    if (this.#tokens.get(scope)?.header === rejected) this.#tokens.delete(scope);
  }
}
