/** Whether whoever looks is logged in, as far as the last answer told. */
export interface Session {
  /** `unknown`: nothing was answered yet. `over`: it was, and no longer is. */
  readonly state: 'unknown' | 'in' | 'out' | 'over';
  /** Grows with each log-in: screens ask again. */
  readonly epoch: number;
}

export type SessionEvent = 'answered' | 'refused' | 'loggedIn' | 'loggedOut';

export const noSession: Session = { state: 'unknown', epoch: 0 };

export function changeSession(session: Session, event: SessionEvent): Session {
  switch (event) {
    case 'answered':
      // Whoever is out is in again by a log-in alone: a refused one is answered too.
      return session.state === 'unknown' ? { ...session, state: 'in' } : session;
    case 'refused':
      if (session.state === 'out' || session.state === 'over') return session;
      return { ...session, state: session.state === 'in' ? 'over' : 'out' };
    case 'loggedIn':
      return { state: 'in', epoch: session.epoch + 1 };
    case 'loggedOut':
      return { ...session, state: 'out' };
  }
}
