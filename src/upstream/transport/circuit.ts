import { circuitBreaker, CircuitState, handleWhenResult, type IBackoff } from 'cockatiel';
import { GatewayError, type ErrorCode } from '../../errors.js';
import type { Timer } from '../../timer.js';
import { explainAnswer } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import { explainAway } from '../failure/transportfailure.js';
import { Failures } from './failures.js';
import { createSharedCalls } from '../../sharedcalls.js';
import type { CallOptions, Outage } from '../upstream.js';

/**
 * Keeps calls from a host that is away, so that nobody waits for what cannot come. Closed, every call goes through.
 * Open, every call fails at once, for half a minute. Then one ping decides whether it closes or stays open for as long
 * again. A failure is a connection that cannot be made, an answer that is late, bad TLS and, of the registry's own
 * host, a status of 500 or more: whoever answers anything else is there. What a 429 asks for is kept by the Allowance.
 */
export interface Circuit {
  /** null: it is closed. */
  readonly outage: Outage | null;
  /**
   * Does the work and counts what came of it. Throws the code of the last failure, with seconds in `retryAfter`, while
   * it is open; and while the ping is under way, unless this caller sent it, or nobody waits for the call.
   */
  run(asked: Asked, call: CallOptions, work: () => Promise<Answer>): Promise<Answer>;
  /** Throws as `run` does, for work that has waited since it was begun. */
  assertClosed(asked: Asked): void;
  /** A request waits long for its answer: the ping decides, behind, whether the circuit opens. */
  readonly doubt: () => void;
}

export interface CircuitSettings {
  readonly timer: Timer;
  /** Ends pings; nothing is told after it. */
  readonly closing: AbortSignal;
  /** Sent once, without retries; null for a host that has none: there the next call is sent instead. */
  readonly ping: { readonly asked: Asked; readonly send: (signal: AbortSignal) => Promise<Answer> } | null;
  /** Called when it opens, and with null when it closes. A ping that fails changes nothing. */
  readonly onChange: (outage: Outage | null) => void;
}

/** Milliseconds that it stays open before it is tried. */
const rest = 30_000;

const unanswered: readonly ErrorCode[] = ['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_TLS'];

export function createCircuit(settings: CircuitSettings): Circuit {
  return new HostCircuit(settings);
}

class HostCircuit implements Circuit {
  readonly #settings: CircuitSettings;
  readonly #failures: Failures;
  readonly #breaker;
  readonly #join = createSharedCalls<void>();
  /** By the timer. */
  #restsUntil = -Infinity;
  #lastError: GatewayError | null = null;
  #failedAt = -Infinity;
  /** Grows whenever the state changes: what was sent before that says nothing new. */
  #changes = 0;
  #isDoubting = false;
  #isTold = false;

  constructor(settings: CircuitSettings) {
    this.#settings = settings;
    this.#failures = new Failures(settings.timer, settings.ping !== null);
    const policy = handleWhenResult((isAnswered) => isAnswered !== true);
    this.#breaker = circuitBreaker(policy, { breaker: this.#failures, halfOpenAfter: this.#createRest() });
    this.#breaker.onStateChange((state) => this.#noteState(state));
  }

  get outage(): Outage | null {
    if (this.#breaker.state === CircuitState.Closed || this.#lastError === null) return null;
    const now = this.#settings.timer.elapsed();
    return { error: this.#lastError, ageMs: now - this.#failedAt, restMs: Math.max(this.#restsUntil - now, 0) };
  }

  async run(asked: Asked, call: CallOptions, work: () => Promise<Answer>): Promise<Answer> {
    if (this.#breaker.state !== CircuitState.Closed) {
      if (!this.#mayAsk(call)) throw this.#refuse(asked);
      if (this.#settings.ping === null) return this.#observe(call, work);
      await this.#probe(this.#settings.ping, call);
      this.assertClosed(asked);
    }
    try {
      return await this.#observe(call, work);
    } finally {
      if (this.#failures.isDoubted) this.doubt();
    }
  }

  assertClosed(asked: Asked): void {
    if (this.#breaker.state === CircuitState.Open) throw this.#refuse(asked);
  }

  readonly doubt = (): void => {
    const { ping, closing } = this.#settings;
    if (ping === null || this.#isDoubting || closing.aborted || this.#breaker.state !== CircuitState.Closed) return;
    this.#isDoubting = true;
    void this.#examine(ping.send(closing)).finally(() => (this.#isDoubting = false));
  };

  async #examine(ping: Promise<Answer>): Promise<void> {
    const before = this.#changes;
    const verdict = this.#judge(await settle(ping), {});
    if (before !== this.#changes || verdict === null) return;
    if (verdict) return this.#failures.forgive();
    this.#failures.condemn();
    await this.#breaker.execute(() => false);
  }

  /** Half-open is entered by the first call that comes then. */
  #mayAsk({ isBackground = false }: CallOptions): boolean {
    if (this.#breaker.state === CircuitState.HalfOpen) return isBackground && this.#settings.ping !== null;
    return this.#settings.timer.elapsed() >= this.#restsUntil;
  }

  #probe({ send }: NonNullable<CircuitSettings['ping']>, { signal }: CallOptions): Promise<void> {
    const { closing } = this.#settings;
    return this.#join('', signal, async (left) => {
      await settle(this.#observe({}, () => send(AbortSignal.any([left, closing]))));
    });
  }

  /** Tells the library what came of the work. Of a probe something has to be told: given up, it has failed. */
  async #observe(call: CallOptions, work: () => Promise<Answer>): Promise<Answer> {
    const isProbe = this.#breaker.state !== CircuitState.Closed;
    const before = this.#changes;
    let result: Result | undefined;
    const tell = async (): Promise<boolean> => {
      result = await settle(work());
      const verdict = !isProbe && before !== this.#changes ? null : this.#judge(result, call);
      // An UncountedError is counted neither as a success nor as a failure.
      if (verdict === null && !isProbe) throw new UncountedError();
      return verdict === true;
    };
    await this.#breaker.execute(tell).catch((error: unknown) => {
      if (!(error instanceof UncountedError)) throw error;
    });
    return unwrap(result!);
  }

  /** Whether the host has answered; null: it was given up before. */
  #judge(result: Result, { signal }: CallOptions): boolean | null {
    if ('answer' in result) {
      const { ping } = this.#settings;
      if (result.answer.status < 500 || ping === null) return true;
      return this.#noteFailure(explainAnswer(result.answer, ping.asked));
    }
    const { error } = result;
    if (!(error instanceof GatewayError) || signal?.aborted || this.#settings.closing.aborted) return null;
    if (!unanswered.includes(error.code)) return true;
    this.#failures.noteUnanswered();
    return this.#noteFailure(error);
  }

  #noteFailure(error: GatewayError): false {
    this.#lastError = error;
    this.#failedAt = this.#settings.timer.elapsed();
    return false;
  }

  #refuse(asked: Asked): GatewayError {
    const { error, restMs } = this.outage!;
    return explainAway(error, Math.max(Math.ceil(restMs / 1000), 1), asked);
  }

  /**
   * The library measures by the clock, which may step. Its duration is asked for at each call, and answered by the
   * timer.
   */
  #createRest(): IBackoff<unknown> {
    const { timer } = this.#settings;
    const isOver = (): boolean => timer.elapsed() >= this.#restsUntil;
    const next = (): IBackoff<unknown> => {
      this.#restsUntil = timer.elapsed() + rest;
      return backoff;
    };
    const backoff: IBackoff<unknown> = {
      get duration() {
        return isOver() ? -Infinity : Infinity;
      },
      next,
    };
    return backoff;
  }

  #noteState(state: CircuitState): void {
    this.#changes += 1;
    const isAway = state !== CircuitState.Closed;
    if (isAway === this.#isTold || this.#settings.closing.aborted) return;
    this.#isTold = isAway;
    this.#settings.onChange(isAway ? this.outage : null);
  }
}

/** For the library alone. */
class UncountedError extends Error {
  override readonly name = 'UncountedError';
}

/** The outcome of a call as a value, so that it can be judged before it is returned or thrown. */
export type Result = { readonly answer: Answer } | { readonly error: unknown };

export async function settle(call: Promise<Answer>): Promise<Result> {
  try {
    return { answer: await call };
  } catch (error) {
    return { error };
  }
}

/** Gives the answer, or throws. */
export function unwrap(result: Result): Answer {
  if ('answer' in result) return result.answer;
  throw result.error;
}
