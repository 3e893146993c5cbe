import type { Credentials } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import { noWaits, type Waits } from '../../waits.js';
import { Authorization } from './authorization.js';
import type { Method, WireBody } from '../transport/exchange.js';
import type { Answer, Asked } from '../failure/asked.js';
import { createSharedCalls } from '../../sharedcalls.js';
import type { Probes } from './proof.js';
import { explainForeignLogin, explainHops, type Hop, isRedirect, judgeHop, maxHops } from '../transport/redirect.js';
import type { RealmRule } from './realm.js';
import type { Send } from '../transport/transport.js';
import type { CallOptions } from '../upstream.js';

export interface Ask {
  readonly method: Method;
  /** On the registry's own origin: credentials are sent there. */
  readonly url: URL;
  readonly accept?: string;
  readonly ifNoneMatch?: string;
  readonly body?: WireBody;
  /** True: not even an equal GET's answer will do, because that one began before. */
  readonly alone?: boolean;
  /** The token scope it needs; '' for the ping. */
  readonly scope: string;
  readonly cap: number;
  readonly asked: Asked;
  readonly retryDropped?: boolean;
  /** It is of a list: it takes as long as the caller is patient. */
  readonly isList?: boolean;
}

export interface AuthorizedClientSettings {
  readonly rule: RealmRule;
  readonly credentials: Credentials | null;
  readonly send: Send;
  readonly now: () => number;
  readonly tokenCap: number;
  readonly probes: Probes;
  /** Measures what requests wait for; by default nothing does. */
  readonly waits?: Waits | undefined;
}

/** Sends questions to one registry, logged in where it wants that. */
export class AuthorizedClient {
  readonly #settings: AuthorizedClientSettings;
  readonly #waits: Waits;
  readonly #authorization: Authorization;
  readonly #closing = new AbortController();
  readonly #join = createSharedCalls<Answer>(this.#closing.signal);

  constructor(settings: AuthorizedClientSettings) {
    this.#settings = settings;
    this.#waits = settings.waits ?? noWaits;
    this.#authorization = new Authorization({ ...settings, cap: settings.tokenCap });
  }

  /** See `Authorization`. */
  get realm(): string | null {
    return this.#authorization.realm;
  }

  /**
   * The answer to one question, logged in where the registry wants that; equal GETs under way share one, unless one
   * asks alone, or waits otherwise.
   */
  request(ask: Ask, call: CallOptions = {}): Promise<Answer> {
    return this.#run(ask.asked, call, (signal) => {
      const start = (joined: AbortSignal): Promise<Answer> => this.#perform(ask, { ...call, signal: joined });
      const isShared = ask.method === 'GET' && !ask.alone;
      return isShared ? this.#join(keyOf(ask, call), signal, start) : start(this.#withClosing(signal));
    });
  }

  /** See `Upstream.proveCredentials`. */
  prove(call: CallOptions): Promise<boolean | null> {
    const asked = { registry: this.#settings.rule.registry, what: 'the credentials' };
    return this.#run(asked, call, (signal) =>
      this.#authorization.prove(asked, { ...call, signal: this.#withClosing(signal) }),
    );
  }

  /** The text without what was sent to log in: a registry may repeat it. */
  redact(text: string): string {
    return listSecrets(this.#settings.credentials).reduce((left, secret) => left.replaceAll(secret, '…'), text);
  }

  /** Fails what is under way. */
  close(): void {
    this.#closing.abort(explainClosed(this.#settings.rule.registry));
  }

  /** Runs `work` and turns every failure into a GatewayError: a caller of Upstream meets no other. */
  async #run<T>(asked: Asked, call: CallOptions, work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    const { signal: closing } = this.#closing;
    const end = this.#waits.begin('upstream');
    try {
      closing.throwIfAborted();
      return await work(call.signal);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      // A wait that was cut short says only that; whoever cut it knows why.
      closing.throwIfAborted();
      throw call.signal?.aborted ? explainAbort(asked) : error;
    } finally {
      end();
    }
  }

  /**
   * Each hop of a redirect on the registry's own origin is a request that may be challenged; elsewhere nothing logs in.
   */
  async #perform(ask: Ask, call: CallOptions): Promise<Answer> {
    const { origin } = this.#settings.rule.own;
    if (ask.url.origin !== origin) throw new TypeError('Credentials go to the registry only');
    let hop: Hop = { url: ask.url, asked: ask.asked };
    for (let hops = 0; ; hops++) {
      const answer = await (hop.url.origin === origin
        ? this.#logIn(hop, ask, call)
        : this.#sendTo(hop, ask, null, call));
      if (answer.status === 401) throw explainForeignLogin(hop, ask.asked);
      if (!isRedirect(answer)) return hops === 0 ? answer : { ...answer, from: hop.url };
      if (hops === maxHops) throw explainHops(answer, maxHops, ask.asked);
      hop = judgeHop(answer, hop.url, ask);
    }
  }

  #logIn(hop: Hop, ask: Ask, call: CallOptions): Promise<Answer> {
    const send = (header: string | null): Promise<Answer> => this.#sendTo(hop, ask, header, call);
    return this.#authorization.exchange(ask.scope, ask.asked, call, send);
  }

  /** Sends each hop as a request of its own through the guarded agents; credentials stay on the registry's origin. */
  #sendTo({ url, asked }: Hop, ask: Ask, header: string | null, call: CallOptions): Promise<Answer> {
    const headers = buildHeaders(ask, header);
    return this.#settings.send({ ...ask, url, asked, isPatient: isPatient(ask, call), headers }, call);
  }

  #withClosing(signal: AbortSignal | undefined): AbortSignal {
    const { signal: closing } = this.#closing;
    return signal ? AbortSignal.any([signal, closing]) : closing;
  }
}

/** Equal for questions that one answer will do for. */
function keyOf(ask: Ask, call: CallOptions): string {
  return [ask.accept, ask.ifNoneMatch, isPatient(ask, call), call.isBackground, ask.url.href].join(' ');
}

/**
 * Equal questions are one only among callers of equal patience: one must not end with the other's, nor wait as long.
 */
function isPatient(ask: Ask, call: CallOptions): boolean {
  return ask.isList === true && call.isPatient === true;
}

function buildHeaders(ask: Ask, authorization: string | null): Record<string, string> {
  return {
    ...(ask.accept ? { accept: ask.accept } : {}),
    ...(ask.ifNoneMatch ? { 'if-none-match': ask.ifNoneMatch } : {}),
    ...(authorization === null ? {} : { authorization }),
  };
}

function listSecrets(credentials: Credentials | null): string[] {
  if (!credentials) return [];
  const { username, password } = credentials;
  return [Buffer.from(`${username}:${password}`).toString('base64'), password, encodeURIComponent(password)].filter(
    (secret) => secret !== '',
  );
}

function explainClosed(registry: string): GatewayError {
  return new GatewayError('UPSTREAM_UNREACHABLE', `The connection to registry ${registry} was closed by the gateway.`, {
    registry,
  });
}

function explainAbort(asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    `The call to registry ${asked.registry} for ${asked.what} was given up before it was answered.`,
    {
      registry: asked.registry,
    },
  );
}
