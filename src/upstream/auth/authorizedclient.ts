import type { Credentials } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import { noWaits, type Waits } from '../../waits.js';
import { createAuthorization } from './authorization.js';
import type { Method, WireBody } from '../transport/exchange.js';
import type { Answer, Asked } from '../failure/asked.js';
import { createSharedCalls } from '../transport/flight.js';
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

export interface AuthorizedClient {
  /**
   * The answer to one question, logged in where the registry wants that; equal GETs under way share one, unless one
   * asks alone, or waits otherwise.
   */
  request(ask: Ask, call: CallOptions | undefined): Promise<Answer>;
  /** See `Upstream.proveCredentials`. */
  prove(call: CallOptions): Promise<boolean | null>;
  /** See `Authorization`. */
  readonly realm: string | null;
  /** The text without what was sent to log in: a registry may repeat it. */
  redact(text: string): string;
  /** Fails what is under way. */
  close(): void;
}

export interface SessionSettings {
  readonly rule: RealmRule;
  readonly credentials: Credentials | null;
  readonly send: Send;
  readonly now: () => number;
  readonly tokenCap: number;
  readonly probes: Probes;
  /** Measures what requests wait for; by default nothing does. */
  readonly waits?: Waits | undefined;
}

export function createAuthorizedClient(settings: SessionSettings): AuthorizedClient {
  const { rule, send, waits = noWaits } = settings;
  const closing = new AbortController();
  const join = createSharedCalls<Answer>(closing.signal);
  const authorization = createAuthorization({ ...settings, cap: settings.tokenCap });

  /**
   * Each hop of a redirect on the registry's own origin is a request that may be challenged; elsewhere nothing logs in.
   */
  async function perform(ask: Ask, call: CallOptions): Promise<Answer> {
    if (ask.url.origin !== rule.own.origin) throw new TypeError('Credentials go to the registry only');
    let hop: Hop = { url: ask.url, asked: ask.asked };
    for (let hops = 0; ; hops++) {
      const answer =
        hop.url.origin === rule.own.origin ? await logIn(hop, ask, call) : await sendTo(hop, ask, null, call);
      if (answer.status === 401) throw explainForeignLogin(hop, ask.asked);
      if (!isRedirect(answer)) return hops === 0 ? answer : { ...answer, from: hop.url };
      if (hops === maxHops) throw explainHops(answer, maxHops, ask.asked);
      hop = judgeHop(answer, hop.url, ask);
    }
  }

  async function logIn(hop: Hop, ask: Ask, call: CallOptions): Promise<Answer> {
    return (await authorization.exchange(ask.scope, ask.asked, call, (header) => sendTo(hop, ask, header, call)))
      .answer;
  }

  /** Sends each hop as a request of its own through the guarded agents; credentials stay on the registry's origin. */
  function sendTo({ url, asked }: Hop, ask: Ask, header: string | null, call: CallOptions): Promise<Answer> {
    return send({ ...ask, url, asked, isPatient: isPatient(ask, call), headers: buildHeaders(ask, header) }, call);
  }

  /** Runs `work` and turns every failure into a GatewayError: a caller of Upstream meets no other. */
  async function run<T>(
    asked: Asked,
    call: CallOptions,
    work: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    const end = waits.begin('upstream');
    try {
      closing.signal.throwIfAborted();
      return await work(call.signal);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      // A wait that was cut short says only that; whoever cut it knows why.
      closing.signal.throwIfAborted();
      throw call.signal?.aborted ? explainAbort(asked) : error;
    } finally {
      end();
    }
  }
  const withClosing = (signal: AbortSignal | undefined): AbortSignal =>
    signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;

  return {
    get realm() {
      return authorization.realm;
    },
    redact: (text) => listSecrets(settings.credentials).reduce((left, secret) => left.replaceAll(secret, '…'), text),
    close: () => closing.abort(explainClosed(rule.registry)),
    request: (ask, call = {}) =>
      run(ask.asked, call, (signal) => {
        const start = (joined: AbortSignal): Promise<Answer> => perform(ask, { ...call, signal: joined });
        if (ask.method === 'GET' && !ask.alone)
          return join(
            [ask.accept, ask.ifNoneMatch, isPatient(ask, call), call.isBackground, ask.url.href].join(' '),
            signal,
            start,
          );
        return start(withClosing(signal));
      }),
    prove(call) {
      const asked = { registry: rule.registry, what: 'the credentials' };
      return run(asked, call, (signal) => authorization.prove(asked, { ...call, signal: withClosing(signal) }));
    },
  };
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
