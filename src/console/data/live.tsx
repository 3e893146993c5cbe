import { createContext, use, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { changes, type ChangesSubscription } from '../operations/changes.js';
import { useConnected } from './context.js';

/** A change that the gateway tells of as it happens. */
export type Change = ChangesSubscription['events'];
type Listener = (change: Change | null) => void;

/** Who wants to know of changes; null stands for some that were missed. */
interface Live {
  listen(listener: Listener): () => void;
}

const LiveContext = createContext<Live | null>(null);

/** How long after a stream has ended, or could not be had, it is asked for again: seconds, longer each time. */
const waits = [1, 2, 5, 10, 30] as const;

/** Follows the gateway's changes, from the last that was told on, for all that is shown. */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const { gateway, session } = useConnected();
  const listeners = useRef(new Set<Listener>());
  const isIn = session.state === 'in';
  useEffect(() => {
    if (!isIn) return;
    let last: string | null = null;
    let attempt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;
    const tell = (change: Change | null): void => listeners.current.forEach((listener) => listener(change));
    const again = (): void => {
      stop?.();
      timer = setTimeout(follow, waits[Math.min(attempt++, waits.length - 1)]! * 1000);
    };
    const follow = (): void => {
      stop = gateway.follow(
        changes,
        { after: last },
        ({ data, problem }) => {
          if (problem?.code === 'EVENTS_GONE') {
            last = null;
            tell(null);
          }
          if (data === null) return;
          attempt = 0;
          last = data.events.id;
          tell(data.events);
        },
        again,
      );
    };
    follow();
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [gateway, isIn, session.epoch]);
  const live = useMemo<Live>(
    () => ({
      listen(listener) {
        listeners.current.add(listener);
        return () => void listeners.current.delete(listener);
      },
    }),
    [],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** Changes come in bursts, as a crawl finds them: a screen renews once for each. Milliseconds. */
const burst = 1000;

/** Calls `renew` after changes that `isMine`, and after those that were missed. */
export function useChanges(isMine: (change: Change) => boolean, renew: () => void): void {
  const live = use(LiveContext);
  const latest = useRef({ isMine, renew });
  latest.current = { isMine, renew };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = live?.listen((change) => {
      if (change !== null && !latest.current.isMine(change)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current.renew();
      }, burst);
    });
    return () => {
      clearTimeout(timer);
      end?.();
    };
  }, [live]);
}
