import { GatewayError } from '../../errors.js';

interface Asking {
  readonly caller: string;
  readonly signal?: AbortSignal | undefined;
}

/** Work of one caller that waits for its place, and what its caller waits for. */
export interface WaitingWork<W, R, A extends Asking> {
  readonly work: W;
  readonly asker: A;
  readonly done: (result: R) => void;
  readonly failed: (reason: unknown) => void;
}

/** A queue for each caller: nobody waits behind the queue of another. */
export interface Queue<W, R, A extends Asking> {
  /**
   * Resolves with what its work gives. Throws OVERLOADED at once when as many wait as may, and the signal's reason
   * while it waits.
   */
  add(work: W, asker: A): Promise<R>;
  /** The next, of a caller that may run; undefined: there is none. Callers take turns. */
  take(mayRun: (caller: string) => boolean): WaitingWork<W, R, A> | undefined;
  /** Fails all that wait. */
  end(reason: unknown): void;
}

/** Statements that may wait: of one caller as many as two large operations have, and of all. */
export const queueLimits = { ofCaller: 100, ofAll: 400 } as const;

/** Seconds after which there may be a place. */
const retryAfter = 2;

export function createQueue<W, R, A extends Asking>(): Queue<W, R, A> {
  // In the order of their turns.
  const callers = new Map<string, Set<WaitingWork<W, R, A>>>();
  let size = 0;
  const remove = (one: WaitingWork<W, R, A>): void => {
    const { caller } = one.asker;
    const own = callers.get(caller);
    if (!own?.delete(one)) return;
    size -= 1;
    if (own.size === 0) callers.delete(caller);
  };
  return {
    add(work, asker) {
      const own = callers.get(asker.caller) ?? new Set();
      if (own.size >= queueLimits.ofCaller || size >= queueLimits.ofAll)
        return Promise.reject(explainCrowd(own.size >= queueLimits.ofCaller));
      const { promise, resolve, reject } = Promise.withResolvers<R>();
      const { signal } = asker;
      const leave = (): void => {
        remove(one);
        reject(signal?.reason as Error);
      };
      const one: WaitingWork<W, R, A> = { work, asker, done: resolve, failed: reject };
      callers.set(asker.caller, own.add(one));
      size += 1;
      signal?.addEventListener('abort', leave, { once: true });
      return promise.finally(() => signal?.removeEventListener('abort', leave));
    },
    take(mayRun) {
      for (const [caller, own] of callers) {
        const [one] = own;
        if (!one || !mayRun(caller)) continue;
        remove(one);
        // Its next turn is after everybody else's.
        if (own.size > 0 && callers.delete(caller)) callers.set(caller, own);
        return one;
      }
      return undefined;
    },
    end(reason) {
      for (const own of callers.values()) for (const one of own) one.failed(reason);
      callers.clear();
      size = 0;
    },
  };
}

function explainCrowd(isOwn: boolean): GatewayError {
  const whose = isOwn ? 'of this account' : 'of all callers together';
  const message =
    `Too many searches ${whose} wait to be run. Nothing was read: ask again in ${retryAfter} ` +
    'seconds, for less at a time.';
  return new GatewayError('OVERLOADED', message, { retryAfter });
}
