import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, useReducer, useRef, useState, type ReactNode } from 'react';
import { createGateway } from './data/client.js';
import { ConnectedContext } from './data/context.js';
import { fetchHandover, hasComeBack } from './data/handover.js';
import { LiveProvider } from './data/live.js';
import { changeSession, noSession, type Session, type SessionEvent } from './data/session.js';
import { type Kept, KeptContext } from './kept/kept.js';
import { createConsoleRouter } from './router.js';
import type { Entrance } from './shell/entrance.js';
import { Login } from './shell/login.js';
import { LanguageProvider, useLanguage } from './text/context.js';
import { BrandContext } from './ui/brand.js';
import { ToastProvider } from './ui/toast.js';

export function Console({ entrance, kept }: { entrance: Entrance; kept: Kept }): ReactNode {
  return (
    <KeptContext value={kept}>
      <LanguageProvider system={navigator.language}>
        <BrandContext value={entrance}>
          <ToastProvider>
            <Connected entrance={entrance} />
          </ToastProvider>
        </BrandContext>
      </LanguageProvider>
    </KeptContext>
  );
}

function Connected({ entrance }: { entrance: Entrance }): ReactNode {
  const { t, load } = useLanguage();
  const [session, tell] = useReducer(changeSession, entrance, beginSession);
  const text = useRef(t);
  text.current = t;
  const texts = useRef(load);
  texts.current = load;
  const [gateway] = useState(() =>
    createGateway({
      away: (isChange) => text.current(isChange ? 'problem.awayChange' : 'problem.away'),
      onAnswered: () => tell('answered'),
      onLoggedOut: () => tell('refused'),
    }),
  );
  const [router] = useState(() => createConsoleRouter({ loadTexts: () => texts.current() }));
  const refusal = useHandover(tell);
  const connected = useMemo(() => ({ gateway, session, tell }), [gateway, session]);
  const isOut = session.state === 'out' || session.state === 'over';
  return (
    <ConnectedContext value={connected}>
      <LiveProvider>{session.state !== 'out' && <RouterProvider router={router} />}</LiveProvider>
      {isOut && refusal !== null && (
        <Login entrance={entrance} isAgain={session.state === 'over'} refusal={refusal.reason} />
      )}
    </ConnectedContext>
  );
}

/** The outcome of a login at the provider; null: it is being asked for. */
function useHandover(tell: (event: SessionEvent) => void): { readonly reason: string | undefined } | null {
  const { t } = useLanguage();
  const [isBack] = useState(() => hasComeBack(location.hash));
  const [refusal, setRefusal] = useState<{ readonly reason: string | undefined } | null>(
    isBack ? null : { reason: undefined },
  );
  const away = t('problem.awayChange');
  const isAsked = useRef(false);
  useEffect(() => {
    if (!isBack || isAsked.current) return;
    isAsked.current = true;
    history.replaceState(null, '', location.pathname + location.search);
    void fetchHandover(away).then((reason) => {
      setRefusal({ reason });
      if (reason === undefined) tell('loggedIn');
    });
  }, [isBack, away, tell]);
  return refusal;
}

/** A guest logs in before anything is asked, except where a proxy says who it is. */
function beginSession({ guest, proxied }: Entrance): Session {
  return guest !== undefined && proxied === undefined ? { ...noSession, state: 'out' } : noSession;
}
