import type { Credentials } from '../domain/registry.js';
import { GatewayError } from '../errors.js';
import { createAuthorization, type Authorization } from './authorization.js';
import { explainAnswer, type Answer, type Asked } from './failure.js';
import { createFlights } from './flight.js';
import { explainForeignLogin, explainHops, type Hop, isRedirect, judgeHop, maxHops } from './redirect.js';
import type { RealmRule } from './realm.js';
import type { Method, Send, WireBody } from './transport.js';
import type { CallOptions } from './upstream.js';

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

export interface Session {
  /** The answer to one question, logged in where the registry wants that; equal GETs under way share one, unless one asks alone. */
  request(ask: Ask, call: CallOptions | undefined): Promise<Answer>;
  readonly authorization: Authorization;
  /** Fails what is under way. */
  close(): void;
}

export interface SessionSettings {
  readonly rule: RealmRule;
  readonly credentials: Credentials | null;
  readonly send: Send;
  readonly now: () => number;
  readonly tokenCap: number;
}

export function createSession(settings: SessionSettings): Session {
  const { rule, send } = settings;
  const closing = new AbortController();
  const join = createFlights<Answer>(closing.signal);
  const authorization = createAuthorization({ ...settings, cap: settings.tokenCap });

  /** Challenge, token, resend once; at each hop of a redirect anew. */
  async function perform(ask: Ask, call: CallOptions): Promise<Answer> {
    if (ask.url.origin !== rule.own.origin) throw new TypeError('Credentials go to the registry only');
    let header = await authorization.prepare(ask.scope, ask.asked, call);
    let hop: Hop = { url: ask.url, asked: ask.asked };
    for (let hops = 0; ; hops++) {
      let answer = await sendTo(hop, ask, header, call);
      if (answer.status === 401 && hop.url.origin === rule.own.origin) {
        header = await authorization.renew(answer, header, ask.scope, ask.asked, call);
        answer = await sendTo(hop, ask, header, call);
        if (answer.status === 401) throw explainAnswer(answer, ask.asked);
      }
      if (answer.status === 401) throw explainForeignLogin(hop, ask.asked);
      if (!isRedirect(answer)) return hops === 0 ? answer : { ...answer, from: hop.url };
      if (hops === maxHops) throw explainHops(answer, maxHops, ask.asked);
      hop = judgeHop(answer, hop.url, ask);
    }
  }

  /** T03: each hop is a request of its own through the guarded agents; credentials stay on the registry's origin. */
  function sendTo({ url, asked }: Hop, ask: Ask, header: string | null, call: CallOptions): Promise<Answer> {
    return send({ ...ask, url, asked, isPatient: isPatient(ask, call), headers: buildHeaders(ask, url.origin === rule.own.origin ? header : null) }, call);
  }

  return {
    authorization,
    close: () => closing.abort(explainClosed(rule.registry)),
    async request(ask, call = {}) {
      const run = (signal: AbortSignal): Promise<Answer> => perform(ask, { ...call, signal });
      try {
        closing.signal.throwIfAborted();
        if (ask.method === 'GET' && !ask.alone) return await join([ask.accept, ask.ifNoneMatch, isPatient(ask, call), ask.url.href].join(' '), call.signal, run);
        return await run(call.signal ? AbortSignal.any([call.signal, closing.signal]) : closing.signal);
      } catch (error) {
        if (error instanceof GatewayError) throw error;
        // A wait that was cut short says only that; whoever cut it knows why.
        closing.signal.throwIfAborted();
        throw call.signal?.aborted ? explainAbort(ask.asked) : error;
      }
    },
  };
}

/** Equal questions are one only among callers of equal patience: one must not end with the other's, nor wait as long. */
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

function explainClosed(registry: string): GatewayError {
  return new GatewayError('UPSTREAM_UNREACHABLE', `The connection to registry ${registry} was closed by the gateway.`, { registry });
}

/** Whatever reason a caller's signal has, a caller of Upstream meets GatewayError only. */
function explainAbort(asked: Asked): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `The call to registry ${asked.registry} for ${asked.what} was given up before it was answered.`, {
    registry: asked.registry,
  });
}
