/** Who leads, of all pages of this console in the browser: it alone has the stream, and tells the others. */
export interface Leading {
  /** The page takes part no longer. */
  stop(): void;
}

/**
 * Calls `begin` once this page leads, and what it gave once it does no longer. A hidden page does not lead. Where pages
 * cannot agree, as only those served by https or by this computer have Web Locks, each page that is seen leads itself.
 */
export function leadWhileSeen(name: string, begin: () => () => void): Leading {
  let leave: (() => void) | undefined;
  const compete = (): void => {
    const controller = new AbortController();
    let end: (() => void) | undefined;
    let release: (() => void) | undefined;
    leave = () => {
      leave = undefined;
      controller.abort();
      end?.();
      release?.();
    };
    // The type says that every page has them.
    const locks = navigator.locks as LockManager | undefined;
    if (locks === undefined) {
      end = begin();
      return;
    }
    const hold = (): Promise<void> | undefined => {
      if (controller.signal.aborted) return undefined;
      end = begin();
      return new Promise((resolve) => (release = resolve));
    };
    // Whoever leaves while it waits gives up the lock: that is no mistake.
    locks.request(name, { signal: controller.signal }, hold).catch(() => undefined);
  };
  const change = (): void => {
    if (document.hidden) leave?.();
    else if (leave === undefined) compete();
  };
  document.addEventListener('visibilitychange', change);
  change();
  return {
    stop() {
      document.removeEventListener('visibilitychange', change);
      leave?.();
    },
  };
}
