import { isDeepStrictEqual } from 'node:util';
import type { FastifyRequest } from 'fastify';
import { nameRights, type Viewer } from '../domain/account.js';
import { GatewayError, isOfNobody, unauthenticated } from '../errors.js';
import { repeat, type Timer } from '../timer.js';

export interface OpenStreamsParts {
  readonly timer: Timer;
  /** Streams of one account at a time. */
  readonly perAccount: number;
  /** Streams of all. */
  readonly inAll?: number;
  /** Says who sent the request, as of now. Throws UNAUTHENTICATED when its token no longer counts. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
}

/** Why a stream ended: its client went, the gateway stops, or its token no longer counts. */
export type StreamEnd = 'gone' | 'closing' | 'refused';

/** One answer that goes on until its client goes, or may no longer have it. */
export interface OpenStream {
  /** As of the last look; the same object for as long as its rights are the same. */
  readonly viewer: Viewer;
  /** Aborted at the end, with the error of whoever still waits for something. */
  readonly signal: AbortSignal;
  /** null while it is open. */
  readonly ended: StreamEnd | null;
  /** Called each time that nothing was sent for `keepAlive`. */
  breakSilence: () => void;
  /** Called each time that the rights of the viewer have become others. */
  changeRights: () => void;
  noteSent(): void;
  /** `work` is called once, at the end, at once where that was; gives what takes it back. */
  onEnd(work: () => void): () => void;
  end(why: StreamEnd): void;
}

/** All that are open, each looked at twice a second: whether its token still counts, and whether it was silent. */
export interface OpenStreams {
  /**
   * Throws RATE_LIMITED when the account has as many as it may, OVERLOADED when all together have, or when the gateway
   * is at its end.
   */
  open(request: FastifyRequest, viewer: Viewer): OpenStream;
  readonly size: number;
  /** At the end of the gateway: none is opened after it. */
  endAll(): void;
}

const defaultInAll = 1000;
/** Milliseconds between two looks: a token that is revoked ends its streams within twice this. */
const lookEvery = 500;
/** Milliseconds of silence after which proxies are shown that the connection is in use. */
const keepAlive = 12_000;
/** Seconds after which there may be a place. */
const retryAfter = 10;

export function createOpenStreams({
  timer,
  perAccount,
  inAll = defaultInAll,
  identify,
}: OpenStreamsParts): OpenStreams {
  const open = new Set<LookedAfter>();
  let isClosing = false;
  let stop = (): void => undefined;
  const look = (): void => {
    for (const stream of open) {
      void stream.look(identify);
      stream.lookForSilence(timer.elapsed());
    }
  };
  return {
    open(request, viewer) {
      // Its request was read when the others were ended already, and the server waits for its answer.
      if (isClosing) throw closing();
      const own = [...open].reduce((count, one) => count + (one.viewer.accountId === viewer.accountId ? 1 : 0), 0);
      if (own >= perAccount) {
        const message = `${perAccount} streams of this account are open, as many as it may have. Close one of them.`;
        throw new GatewayError('RATE_LIMITED', message, { retryAfter });
      }
      if (open.size >= inAll)
        throw new GatewayError('OVERLOADED', `${inAll} streams are open, as many as there may be.`, { retryAfter });
      const stream = new LookedAfter(request, viewer, timer);
      if (open.size === 0) stop = repeat(timer, lookEvery, look);
      open.add(stream);
      stream.onEnd(() => {
        open.delete(stream);
        if (open.size === 0) stop();
      });
      return stream;
    },
    get size() {
      return open.size;
    },
    endAll() {
      isClosing = true;
      for (const stream of open) stream.end('closing');
    },
  };
}

class LookedAfter implements OpenStream {
  readonly #request: FastifyRequest;
  readonly #timer: Timer;
  readonly #ending = new AbortController();
  #sentAt: number;
  #isLooking = false;
  viewer: Viewer;
  ended: StreamEnd | null = null;
  breakSilence = (): void => undefined;
  changeRights = (): void => undefined;

  constructor(request: FastifyRequest, viewer: Viewer, timer: Timer) {
    this.#request = request;
    this.#timer = timer;
    this.#sentAt = timer.elapsed();
    this.viewer = viewer;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** A database that does not answer just now says nothing of the token. */
  async look(identify: OpenStreamsParts['identify']): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const viewer = await identify(this.#request);
      if (viewer) this.#setViewer(viewer);
      else this.end('refused');
    } catch (error) {
      if (isOfNobody(error)) this.end('refused', error);
    } finally {
      this.#isLooking = false;
    }
  }

  #setViewer(viewer: Viewer): void {
    if (isDeepStrictEqual(nameRights(viewer), nameRights(this.viewer))) return;
    this.viewer = viewer;
    if (!this.ended) this.changeRights();
  }

  lookForSilence(now: number): void {
    if (now - this.#sentAt < keepAlive) return;
    this.#sentAt = now;
    this.breakSilence();
  }

  noteSent(): void {
    this.#sentAt = this.#timer.elapsed();
  }

  onEnd(work: () => void): () => void {
    if (this.ended) work();
    else this.signal.addEventListener('abort', work, { once: true });
    return () => this.signal.removeEventListener('abort', work);
  }

  end(why: StreamEnd, reason: GatewayError = why === 'closing' ? closing() : unauthenticated()): void {
    if (this.ended) return;
    this.ended = why;
    this.#ending.abort(reason);
  }
}

function closing(): GatewayError {
  return new GatewayError('OVERLOADED', 'The gateway is being stopped.', { retryAfter });
}
