import type { Brand } from '../ui/brand.js';

/** The gateway's words on itself before anybody asks: attributes of the page's body. */
export interface Entrance extends Brand {
  /** The provider that people log in by. */
  readonly signOn?: string;
  /** Set: a proxy in front of the gateway says who they are. */
  readonly proxied?: string;
  /** Set: nothing says who asks, so that nothing is answered before a log-in. */
  readonly guest?: string;
}
