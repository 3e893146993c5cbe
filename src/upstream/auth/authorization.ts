import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../errors.js';
import { explainAnswer } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import { createSharedCalls } from '../transport/flight.js';
import { buildBasic, explainMissing, explainNoWay, isChallenge, nameProxy, readChallenges } from '../network/login.js';
import { proveCredentials, type Probes } from './proof.js';
import { judgeRealm } from './realm.js';
import { chooseScope } from './scope.js';
import { explainRejected, fetchToken, type Token, type TokenSettings } from './tokens.js';
import type { CallOptions } from '../upstream.js';

/** How a registry lets the gateway in: distribution, "Token Authentication Specification", and RFC 7617. */
export interface Authorization {
  /**
   * Sends a request with the Authorization header that is known to do, and again after a challenge, twice at the most.
   * Gives the answer and the header it came by. Throws UPSTREAM_AUTH or UPSTREAM_REALM_REFUSED when there is nothing
   * better to send.
   */
  exchange(
    scope: string,
    asked: Asked,
    call: CallOptions,
    send: SendWith,
  ): Promise<{ readonly answer: Answer; readonly header: string | null }>;
  /**
   * Whether the registry takes the credentials; null: it lets everybody in and does not tell. Throws UPSTREAM_AUTH when
   * it refuses them.
   */
  prove(asked: Asked, call: CallOptions): Promise<boolean | null>;
  /** The realm of the last Bearer challenge. */
  readonly realm: string | null;
}

type SendWith = (header: string | null) => Promise<Answer>;

export interface AuthorizationSettings extends TokenSettings {
  readonly now: () => number;
  readonly probes: Probes;
}

interface Bearer {
  readonly kind: 'bearer';
  readonly realm: URL;
  readonly service: string | null;
}

/** `open`: no challenge was met where strangers are usually met with one. */
type Scheme = { readonly kind: 'basic' } | { readonly kind: 'open' } | Bearer;

/** Something that can be sent after a challenge. */
type Way = { readonly kind: 'basic'; readonly header: string } | (Bearer & { readonly grant: string });

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

export function createAuthorization(settings: AuthorizationSettings): Authorization {
  return new RegistryAuthorization(settings);
}

class RegistryAuthorization implements Authorization {
  readonly #settings: AuthorizationSettings;
  readonly #join = createSharedCalls<Token>();
  readonly #joinDiscovery = createSharedCalls<void>();
  readonly #tokens = new LRUCache<string, { readonly header: string; readonly until: number }>({ max: 5000 });
  /** Scopes that tokens have to be asked for instead of the one that is needed. */
  readonly #grants = new LRUCache<string, string>({ max: 5000 });
  #scheme: Scheme | null = null;
  /** Where strangers were met with a challenge; null: nowhere. */
  #challengedAt: URL | null = null;
  #isPingOpen = false;

  constructor(settings: AuthorizationSettings) {
    this.#settings = settings;
  }

  get realm(): string | null {
    return this.#scheme?.kind === 'bearer' ? this.#scheme.realm.href : null;
  }

  async exchange(
    scope: string,
    asked: Asked,
    call: CallOptions,
    send: SendWith,
  ): Promise<{ readonly answer: Answer; readonly header: string | null }> {
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
      if (!isChallenge(answer) && taken.grant !== null && taken.grant !== scope) this.#grants.set(scope, taken.grant);
    }
    if (answer.status === 401) throw explainAnswer(answer, asked);
    return { answer, header };
  }

  async prove(asked: Asked, call: CallOptions): Promise<boolean | null> {
    const { credentials } = this.#settings;
    if (!credentials) return true;
    if (this.#scheme === null)
      await this.#joinDiscovery('', call.signal, (signal) => this.#discover(asked, { ...call, signal }));
    // Its token server was shown the credentials.
    if (this.#scheme?.kind === 'bearer') return this.#proveToken(this.#scheme, { asked, call });
    if (this.#scheme?.kind === 'open' && !this.#mayVolunteer()) return null;
    return proveCredentials({ ...this.#settings, credentials, challengedAt: this.#challengedAt }, asked, call);
  }

  async #proveToken(scheme: Bearer, request: Request): Promise<true> {
    await this.#obtain(scheme, '', '', request);
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
    if (scheme?.kind === 'bearer')
      return this.#obtain(scheme, scope, this.#grants.get(scope) ?? scope, { asked, call });
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
      const [way] = this.#listWays(answer, null, '');
      if (way) this.#scheme = toScheme(way);
      this.#challengedAt = url;
    }
    return answer.status;
  }

  /** Where logins go over https, a password is not sent over http unasked. */
  #mayVolunteer(): boolean {
    const { own, pinned } = this.#settings.rule;
    return !(own.protocol === 'http:' && pinned?.startsWith('https:'));
  }

  async #obtain({ realm, service }: Bearer, scope: string, grant: string, { asked, call }: Request): Promise<string> {
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

  /** The best first. Throws when the challenge leaves no way at all. */
  #listWays(answer: Answer, rejected: string | null, scope: string): Way[] {
    const { credentials, rule } = this.#settings;
    const challenges = readChallenges(answer);
    const bearer = challenges.find((each) => each.scheme === 'bearer');
    const takesBasic = challenges.some((each) => each.scheme === 'basic');
    const basic: Way[] = takesBasic && credentials ? [{ kind: 'basic', header: buildBasic(credentials) }] : [];
    if (bearer) {
      // A realm that is refused ends it, though Basic may be offered too: such an offer is no reason to trust that
      // registry.
      const realm = judgeRealm(bearer.parameters.get('realm'), rule);
      const one: Bearer = { kind: 'bearer', realm, service: bearer.parameters.get('service') ?? null };
      return [...new Set([chooseScope(scope, bearer), scope])].map((grant): Way => ({ ...one, grant })).concat(basic);
    }
    if (!takesBasic) throw nameProxy(explainNoWay(rule.registry), answer);
    if (!credentials) throw nameProxy(explainMissing(rule.registry), answer);
    const left = basic.filter((way) => way.kind !== 'basic' || way.header !== rejected);
    if (left.length === 0) {
      throw nameProxy(explainRejected(`Registry ${rule.registry}`, rule.registry, answer.status), answer);
    }
    return left;
  }

  /** After a first answer to a challenge, one that leaves no way is the end of it. */
  #listLeft(answer: Answer, rejected: string | null, scope: string, tried: ReadonlySet<string>): Way[] {
    try {
      return this.#listWays(answer, rejected, scope).filter((way) => !tried.has(nameOf(way)));
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

  async #take(way: Way, rejected: string | null, scope: string, request: Request): Promise<string> {
    this.#scheme = toScheme(way);
    if (way.kind === 'basic') return way.header;
    if (this.#tokens.get(scope)?.header === rejected) this.#tokens.delete(scope);
    return this.#obtain(way, scope, way.grant, request);
  }
}

function toScheme(way: Way): Scheme {
  return way.kind === 'basic' ? { kind: 'basic' } : { kind: 'bearer', realm: way.realm, service: way.service };
}

function nameOf(way: Way): string {
  return way.kind === 'basic' ? 'basic' : `bearer ${way.grant}`;
}
