import { useEffect } from 'react';

/** Calls `renew` each so many milliseconds, while the page is seen and what no event tells of is waited for. */
export function useRenewing(isWaiting: boolean, milliseconds: number, renew: () => void): void {
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => {
      if (!document.hidden) renew();
    }, milliseconds);
    return () => clearInterval(timer);
  }, [isWaiting, milliseconds, renew]);
}
