import type { AuthOptions } from './auth.js';
import { type Flavour, flavours } from './flavours.js';
import type { MemoryStore } from './store.js';
import type { Traits } from './traits.js';

export type { Flavour } from './flavours.js';

export interface NotifyOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Distribution's order: a push by tag is told first, and its tag points to it once this resolves, called when the
   * event was delivered. The PUT is answered after that. Default: the tag is written, then told of.
   */
  readonly tagAfter?: () => Promise<void>;
}

export interface RegistryOptions {
  /** Which registry it behaves like. Default '2.8'. What else is given here wins over what the flavour brings. */
  readonly flavour?: Flavour;
  /** What differs from the flavour, each as a whole. */
  readonly traits?: Partial<Traits>;
  /** `delete.enabled`. Default true, unless the flavour says otherwise. */
  readonly deleteEnabled?: boolean;
  /** The maintenance mode: every write is 405 text/plain. Default false. */
  readonly readOnly?: boolean;
  /** A path before `/v2/`, `/reg`. Default the flavour's, most have none. */
  readonly prefix?: string;
  /** `catalog.maxentries`. Default 1000. */
  readonly maxEntries?: number;
  /**
   * Default true, as in distribution, and without meaning for others: pages of the catalogue lose a parent with a child
   * that begins with a digit (`dig` and `dig/0x`), or everything after it; '3.1' drops the connection there. False:
   * pages are right.
   */
  readonly losesParents?: boolean;
  /**
   * The referrers API, and `OCI-Subject` on a push: OCI distribution-spec 1.1. Default the flavour's, distribution has
   * it not; `pageSize` default 1000.
   */
  readonly referrersApi?: boolean | { readonly pageSize: number };
  /** Default the flavour's, distribution's is none. */
  readonly auth?: AuthOptions;
  /** PEM. Default plain http. */
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    /** PEM: who has no certificate of this authority is not let in. */ readonly clientAuthority?: string;
  };
  /** Where to send distribution's notifications, with which headers. Default nowhere. */
  readonly notify?: NotifyOptions;
  /** A port that was just freed, for a registry that comes back. Default 0: any free one. */
  readonly port?: number;
  /** The content of another one, for a registry that comes back. Default an empty store. */
  readonly store?: MemoryStore;
  /** Milliseconds every answer waits. Default 0. */
  readonly delayMs?: number;
  /**
   * Default true: requests are recorded, and closing throws when one of them was for a path no registry client should
   * ask for. False for a registry that people use: nothing is kept and nothing is thrown.
   */
  readonly strict?: boolean;
  /** Milliseconds since 1970: for tokens' expiry and notifications' times. Default the clock. */
  readonly now?: () => number;
}

/** The options with what the flavour brings, and its traits. */
export type Resolved = RegistryOptions & { readonly flavour: Flavour; readonly traits: Traits };

export function resolveOptions(options: RegistryOptions): Resolved {
  const { flavour = '2.8' } = options;
  const { models: _, traits, ...brought } = flavours[flavour];
  return { ...brought, ...options, flavour, traits: { ...traits, ...options.traits } };
}
