import { type AgentSettings, type Agents, createAgents } from './agents.js';
import { watchWay, type ReachedWay } from './way.js';

export interface NetworkSettings extends Omit<AgentSettings, 'keepAlive' | 'watch'> {
  /** The registry's own address. */
  readonly own: { readonly origin: string; readonly hostname: string };
}

/**
 * Four ways out: to the registry; to it for a write, on a connection of its own, because one that was idle may be
 * closed under a request that must not be repeated; to another port of its host, where its client certificate is not
 * shown, since somebody else may listen there; and to any other host (token server, blob store), where its "skip
 * verification" does not count either. Throws UPSTREAM_TLS for certificates that cannot be used.
 */
export class Network {
  readonly #address: NetworkSettings['own'];
  readonly #own: Agents;
  readonly #fresh: Agents;
  readonly #beside: Agents;
  readonly #foreign: Agents;
  /** How far the way to the registry's own origin was gone. */
  readonly way: ReachedWay;

  constructor(settings: NetworkSettings) {
    this.#address = settings.own;
    const { way, watch } = watchWay();
    this.way = way;
    this.#own = createAgents({ ...settings, watch, keepAlive: true });
    this.#fresh = createAgents({ ...settings, keepAlive: false });
    this.#beside = createAgents({ ...settings, clientCertificate: null, keepAlive: true });
    this.#foreign = createAgents({ ...settings, clientCertificate: null, skipVerify: false, keepAlive: true });
  }

  agentsFor(url: URL, isWrite: boolean): Agents {
    if (url.hostname !== this.#address.hostname) return this.#foreign;
    if (url.origin !== this.#address.origin) return this.#beside;
    return isWrite ? this.#fresh : this.#own;
  }

  /** Closes every connection, and those that are being made. */
  close(): void {
    for (const agents of [this.#own, this.#fresh, this.#beside, this.#foreign]) agents.close();
  }
}
