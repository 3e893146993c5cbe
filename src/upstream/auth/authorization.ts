import { GatewayError } from '../../errors.js';
import { explainAnswer } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import { buildBasic, isChallenge } from '../network/login.js';
import { createSharedCalls } from '../../sharedcalls.js';
import type { CallOptions } from '../upstream.js';
import { proveCredentials, type Probes } from './proof.js';
import { TokenCache, type TokenCacheSettings } from './tokencache.js';
import { type Bearer, listWays, nameOf, type Scheme, schemeOf, type Way } from './ways.js';

type SendWith = (header: string | null) => Promise<Answer>;

export interface AuthorizationSettings extends TokenCacheSettings {
  readonly probes: Probes;
}

interface Taken {
  readonly header: string;
  /** null: no token. */
  readonly grant: string | null;
}

interface Request {
  readonly asked: Asked;
  readonly call: CallOptions;
}

/** Answers to challenges in one request: what the challenge names, and then what the gateway thinks that it needs. */
const maxWays = 2;

/** How a registry lets the gateway in: distribution, "Token Authentication Specification", and RFC 7617. */
export class Authorization {
  readonly #settings: AuthorizationSettings;
  readonly #tokens: TokenCache;
  readonly #joinDiscovery = createSharedCalls<void>();
  #scheme: Scheme | null = null;
  /** Where strangers were met with a challenge; null: nowhere. */
  #challengedAt: URL | null = null;
  #isPingOpen = false;

  constructor(settings: AuthorizationSettings) {
    this.#settings = settings;
    this.#tokens = new TokenCache(settings);
  }

  /** The realm of the last Bearer challenge; null when there was none. */
  get realm(): string | null {
    return this.#scheme?.kind === 'bearer' ? this.#scheme.realm.href : null;
  }

  /**
   * Sends a request with the Authorization header that is known to do, and again after a challenge, twice at the most.
   * Throws UPSTREAM_AUTH or UPSTREAM_REALM_REFUSED when there is nothing better to send.
   */
  async exchange(scope: string, asked: Asked, call: CallOptions, send: SendWith): Promise<Answer> {
    let header = await this.#prepare(scope, asked, call);
    let answer = await send(header);
    if (scope === '' && header === null) this.#notePing(answer);
    const tried = new Set<string>();
    while (isChallenge(answer) && tried.size < maxWays) {
      const ways = this.#listLeft(answer, header, scope, tried);
      const taken = await this.#takeFirst(ways, header, scope, tried, { asked, call });
      if (taken === null) break;
      header = taken.header;
      answer = await send(header);
      if (!isChallenge(answer) && taken.grant !== null) this.#tokens.noteGrant(scope, taken.grant);
    }
    if (answer.status === 401) throw explainAnswer(answer, asked);
    return answer;
  }

  /**
   * Whether the registry takes the credentials; null: it lets everybody in and does not tell. Throws UPSTREAM_AUTH when
   * it refuses them.
   */
  async prove(asked: Asked, call: CallOptions): Promise<boolean | null> {
    const { credentials } = this.#settings;
    if (!credentials) return true;
    if (this.#scheme === null)
      await this.#joinDiscovery('', call.signal, (signal) => this.#discover(asked, { ...call, signal }));
    // Its token server was shown the credentials.
    if (this.#scheme?.kind === 'bearer') return this.#proveToken(this.#scheme, asked, call);
    if (this.#scheme?.kind === 'open' && !this.#mayVolunteer()) return null;
    return proveCredentials({ ...this.#settings, credentials, challengedAt: this.#challengedAt }, asked, call);
  }

  async #proveToken(scheme: Bearer, asked: Asked, call: CallOptions): Promise<true> {
    await this.#tokens.obtain(scheme, '', '', asked, call);
    return true;
  }

  async #prepare(scope: string, asked: Asked, call: CallOptions): Promise<string | null> {
    const { credentials } = this.#settings;
    // The ping itself is where a stranger is met first.
    if (this.#scheme === null && credentials && scope !== '') {
      await this.#joinDiscovery(String(call.isBackground ?? false), call.signal, (signal) =>
        this.#discover(asked, { ...call, signal }),
      );
    }
    const scheme: Scheme | null = this.#scheme;
    if (scheme?.kind === 'bearer') return this.#tokens.obtain(scheme, scope, this.#tokens.grantFor(scope), asked, call);
    return credentials && (scheme?.kind === 'basic' || (scheme?.kind === 'open' && this.#mayVolunteer()))
      ? buildBasic(credentials)
      : null;
  }

  /**
   * Who has credentials asks where strangers are met with a challenge, so that they are used from the first request on.
   * A ping that fails is the registry's failure; what fails behind it is told by whatever asks for the same, and is not
   * asked again here.
   */
  async #discover(asked: Asked, call: CallOptions): Promise<void> {
    const { ping, absent } = this.#settings.probes;
    if (!this.#isPingOpen) {
      const status = await this.#learnAt(ping, asked, call);
      if (this.#scheme !== null || status >= 500) return;
    }
    try {
      await this.#learnAt(absent, asked, call);
    } catch (error) {
      if (!(error instanceof GatewayError) || call.signal?.aborted) throw error;
    }
    this.#scheme ??= { kind: 'open' };
  }

  #notePing(answer: Answer): void {
    if (isChallenge(answer)) this.#challengedAt = this.#settings.probes.ping;
    this.#isPingOpen = answer.status === 200;
  }

  /** Gives the status. */
  async #learnAt(url: URL, asked: Asked, call: CallOptions): Promise<number> {
    const { send, probes } = this.#settings;
    const answer = await send(
      { method: 'GET', url, headers: { accept: 'application/json' }, cap: probes.cap, asked },
      call,
    );
    if (isChallenge(answer)) {
      const [way] = listWays(this.#settings, answer, null, '');
      if (way) this.#scheme = schemeOf(way);
      this.#challengedAt = url;
    }
    return answer.status;
  }

  /** Where logins go over https, a password is not sent over http unasked. */
  #mayVolunteer(): boolean {
    const { own, pinned } = this.#settings.rule;
    return !(own.protocol === 'http:' && pinned?.startsWith('https:'));
  }

  /** After a first answer to a challenge, one that leaves no way is the end of it. */
  #listLeft(answer: Answer, rejected: string | null, scope: string, tried: ReadonlySet<string>): Way[] {
    try {
      return listWays(this.#settings, answer, rejected, scope).filter((way) => !tried.has(nameOf(way)));
    } catch (error) {
      if (tried.size > 0 && error instanceof GatewayError) return [];
      throw error;
    }
  }

  /**
   * A token server may refuse a scope that it does not know: then the next is asked for. Of the password it says 401.
   */
  async #takeFirst(
    ways: readonly Way[],
    rejected: string | null,
    scope: string,
    tried: Set<string>,
    request: Request,
  ): Promise<Taken | null> {
    for (const [at, way] of ways.entries()) {
      if (tried.size >= maxWays) break;
      tried.add(nameOf(way));
      try {
        return {
          header: await this.#take(way, rejected, scope, request),
          grant: way.kind === 'basic' ? null : way.grant,
        };
      } catch (error) {
        const isRefusedScope =
          error instanceof GatewayError && error.code === 'UPSTREAM_AUTH' && error.facts.upstreamStatus !== 401;
        if (!isRefusedScope || at + 1 === ways.length || tried.size >= maxWays) throw error;
      }
    }
    return null;
  }

  async #take(way: Way, rejected: string | null, scope: string, { asked, call }: Request): Promise<string> {
    this.#scheme = schemeOf(way);
    if (way.kind === 'basic') return way.header;
    this.#tokens.drop(scope, rejected);
    return this.#tokens.obtain(way, scope, way.grant, asked, call);
  }
}
