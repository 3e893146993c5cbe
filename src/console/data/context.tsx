import { createContext, use } from 'react';
import type { Gateway } from './client.js';
import type { Session, SessionEvent } from './session.js';

/** The gateway that screens ask, and who asks. */
export interface Connected {
  readonly gateway: Gateway;
  readonly session: Session;
  readonly tell: (event: SessionEvent) => void;
}

export const ConnectedContext = createContext<Connected | null>(null);

export function useConnected(): Connected {
  const connected = use(ConnectedContext);
  if (connected === null) throw new Error('A screen stands outside the console.');
  return connected;
}

export function useGateway(): Gateway {
  return useConnected().gateway;
}
