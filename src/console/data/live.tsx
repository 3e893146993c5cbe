import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { changes, missedChanges, type ChangeFragment } from '../operations/changes.js';
import { followChanges, type FollowSettings } from '../pure/follow.js';
import type { Gateway } from './client.js';
import { useConnected } from './context.js';
import { leadWhileSeen } from './leading.js';

/** A change that the gateway tells of as it happens. */
export type Change = ChangeFragment;
type Listener = (change: Change | null) => void;

/** Who wants to know of changes; null stands for some that were missed. */
interface Live {
  listen(listener: Listener): () => void;
}

const LiveContext = createContext<Live | null>(null);

/** The leading page's messages to the others: where it begins, and each change. */
type Message = { readonly from: string | null } | { readonly change: Change | null };

/** Changes that are asked for at once where no stream reaches. */
const mostMissed = 100;

/**
 * Follows the gateway's changes, from the last that was told on, for all that is shown: by one stream for all pages of
 * this console that the browser has open, and none while nobody looks at any.
 */
export function LiveProvider({ children }: { children: ReactNode }): ReactNode {
  const { gateway, session } = useConnected();
  const listeners = useRef(new Set<Listener>());
  const isIn = session.state === 'in';
  useEffect(() => {
    if (!isIn) return;
    const name = `registry-gateway-changes ${new URL(document.baseURI).pathname}`;
    const channel = new BroadcastChannel(name);
    const post = (message: Message): void => {
      // A channel has the pages of one origin alone.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      channel.postMessage(message);
    };
    let last: string | null = null;
    const hear = (change: Change | null): void => {
      last = change?.id ?? null;
      listeners.current.forEach((listener) => listener(change));
    };
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if ('change' in data) hear(data.change);
      // The page that leads now begins elsewhere than where this one stands: what lies between is missed.
      else if (last !== null && data.from !== last) hear(null);
    });
    const leading = leadWhileSeen(name, () => {
      post({ from: last });
      const tell = (change: Change | null): void => {
        hear(change);
        post({ change });
      };
      return followChanges({ ...waysOf(gateway), tell }, last);
    });
    return () => {
      leading.stop();
      channel.close();
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

function waysOf(gateway: Gateway): Omit<FollowSettings<Change>, 'tell'> {
  return {
    stream: (after, next, end) =>
      gateway.follow(
        changes,
        { after },
        ({ data, problem }) => {
          if (problem?.code === 'EVENTS_GONE') next('gone');
          else if (data !== null) next(data.events);
        },
        end,
      ),
    async read(after) {
      const { data, problem } = await gateway.ask(missedChanges, { after, first: after === null ? 1 : mostMissed });
      if (problem?.code === 'EVENTS_GONE') return 'gone';
      if (!data?.events) return null;
      const { nodes, newest, pageInfo } = data.events;
      return { changes: nodes, newest, hasMore: pageInfo.hasNextPage };
    },
    wait(milliseconds, then) {
      const timer = setTimeout(then, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}

/** Changes come in bursts, as a crawl finds them: a screen renews once for each. Milliseconds. */
const burst = 1000;

/** Calls `renew` after changes that `isMine`, and after those that were missed; of a hidden page, once it is seen. */
export function useChanges(isMine: (change: Change) => boolean, renew: () => void): void {
  const live = use(LiveContext);
  const latest = useRef({ isMine, renew });
  latest.current = { isMine, renew };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isDue = false;
    const renewSeen = (): void => {
      timer = undefined;
      isDue = document.hidden;
      if (!isDue) latest.current.renew();
    };
    const onSeen = (): void => {
      if (isDue && timer === undefined) renewSeen();
    };
    document.addEventListener('visibilitychange', onSeen);
    const end = live?.listen((change) => {
      if (change !== null && !latest.current.isMine(change)) return;
      timer ??= setTimeout(renewSeen, burst);
    });
    return () => {
      document.removeEventListener('visibilitychange', onSeen);
      clearTimeout(timer);
      end?.();
    };
  }, [live]);
}

/** How many changes came that are not shown yet. */
export interface UnshownChanges {
  readonly count: number;
  /** false: some were missed, so that there may be more than `count`. */
  readonly isWhole: boolean;
  /** They are shown now. */
  readonly clear: () => void;
}

/** Counts changes that `isMine`, from `key` on: with another, what is shown is another. */
export function useNews(isMine: (change: Change) => boolean, key: string): UnshownChanges {
  const live = use(LiveContext);
  const [news, setNews] = useState({ key, count: 0, isWhole: true });
  const latest = useRef(isMine);
  latest.current = isMine;
  useEffect(
    () =>
      live?.listen((change) => {
        if (change !== null && !latest.current(change)) return;
        setNews((before) => {
          const { count, isWhole } = before.key === key ? before : { count: 0, isWhole: true };
          return { key, count: count + 1, isWhole: isWhole && change !== null };
        });
      }),
    [live, key],
  );
  const clear = useMemo(() => () => setNews({ key, count: 0, isWhole: true }), [key]);
  const isOfKey = news.key === key;
  return { count: isOfKey ? news.count : 0, isWhole: !isOfKey || news.isWhole, clear };
}
