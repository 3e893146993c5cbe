import { CircuitState, type IBreaker } from 'cockatiel';
import type { Timer } from '../../timer.js';

/** Failures in a row after which a host is doubted. */
const doubtfulRow = 5;
/** Calls within `counted` seconds, and the part of them that failed, from which on it is doubted. */
const fewestCalls = 20;
const doubtfulPart = 0.5;
const counted = 30;
/**
 * Calls in a row without an answer after which a host is left alone though its ping is answered: its storage may hang.
 */
const hopelessRow = 20;

interface Second {
  /** Of the timer. */
  readonly at: number;
  calls: number;
  failed: number;
}

/**
 * Counts what came of the calls to one host and decides when its circuit opens: at once when it is doubted, where it
 * has no ping, and else when the ping of a doubted host fails as well. One repository that cannot be read is no
 * registry that is away.
 */
export class Failures implements IBreaker {
  /** The library can hand a state to another process. This one is of this process alone. */
  state: unknown = null;
  readonly #timer: Timer;
  readonly #hasPing: boolean;
  #seconds: Second[] = [];
  #inARow = 0;
  #unansweredInARow = 0;
  #isAway = false;

  constructor(timer: Timer, hasPing: boolean) {
    this.#timer = timer;
    this.#hasPing = hasPing;
  }

  /** True when its ping should tell whether it is away. */
  get isDoubted(): boolean {
    if (this.#inARow === 0) return false;
    this.#dropOld();
    const calls = this.#seconds.reduce((sum, second) => sum + second.calls, 0);
    const failed = this.#seconds.reduce((sum, second) => sum + second.failed, 0);
    return this.#inARow >= doubtfulRow || (calls >= fewestCalls && failed >= calls * doubtfulPart);
  }

  success(state: CircuitState): void {
    if (state !== CircuitState.Closed) return this.forgive();
    this.#count().calls += 1;
    this.#inARow = 0;
    this.#unansweredInARow = 0;
  }

  failure(state: CircuitState): boolean {
    if (this.#isAway || state !== CircuitState.Closed) return true;
    const second = this.#count();
    second.calls += 1;
    second.failed += 1;
    this.#inARow += 1;
    return this.#unansweredInARow >= hopelessRow || (!this.#hasPing && this.isDoubted);
  }

  /** The failure that is told of next had no answer at all. */
  noteUnanswered(): void {
    this.#unansweredInARow += 1;
  }

  /** Its ping failed: the failure that is told of next opens the circuit. */
  condemn(): void {
    this.#isAway = true;
  }

  /** Its ping was answered: what failed was of what was asked for. */
  forgive(): void {
    this.#seconds = [];
    this.#inARow = 0;
    this.#isAway = false;
  }

  #count(): Second {
    this.#dropOld();
    const at = Math.floor(this.#timer.elapsed() / 1000);
    const last = this.#seconds.at(-1);
    if (last?.at === at) return last;
    const second = { at, calls: 0, failed: 0 };
    this.#seconds.push(second);
    return second;
  }

  #dropOld(): void {
    const from = Math.floor(this.#timer.elapsed() / 1000) - counted;
    while (this.#seconds[0] && this.#seconds[0].at <= from) this.#seconds.shift();
  }
}
