import { Link } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import type { Problem } from '../pure/problem.js';
import { useLanguage } from '../text/context.js';
import { Empty, ProblemNotice } from '../ui/parts.js';
import { MissingScreenError } from './lazyscreen.js';

/** An address that names no screen. */
export function Lost(): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty isWhole title={t('problem.lost')}>
      <p>{t('problem.lostText')}</p>
      <Link to="/repositories" className="button">
        {t('nav.repositories')}
      </Link>
    </Empty>
  );
}

/** A screen that threw, or that is not there: the frame around it stays. */
export function Broken({ error }: { error: unknown }): ReactNode {
  return error instanceof MissingScreenError ? <Missing /> : <Failed />;
}

function Failed(): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty isWhole title={t('problem.broken')}>
      <p>{t('problem.brokenText')}</p>
    </Empty>
  );
}

/** Loads the page anew once the gateway answers: all that the screen is to show is in its address. */
function Missing(): ReactNode {
  const { t } = useLanguage();
  const [stand, setStand] = useState<Problem | 'asked' | 'broken'>('asked');
  const message = t('problem.away');
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    void isGatewayThere(controller.signal).then((isThere) => {
      if (controller.signal.aborted) return;
      if (!isThere) setStand({ code: 'NETWORK', message, requestId: null });
      // A page that was just loaded anew for it would be so again and again.
      else if (attempt === 0 && isReloaded()) setStand('broken');
      else location.reload();
    });
    return () => controller.abort();
  }, [attempt, message]);
  if (stand === 'broken') return <Failed />;
  if (stand === 'asked') return <p className="muted">{t('loading')}</p>;
  return (
    <div className="screen">
      <h1>{t('problem.missing')}</h1>
      <ProblemNotice problem={stand} retry={() => setAttempt((before) => before + 1)} />
    </div>
  );
}

function isGatewayThere(signal: AbortSignal): Promise<boolean> {
  return fetch(document.baseURI, { method: 'HEAD', cache: 'no-store', signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function isReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
}
