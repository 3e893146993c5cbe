import type { FastifyRequest } from 'fastify';
import type { LoginRequest, LogInPerson } from '../auth/persons.js';
import type { SessionCookie } from '../http/sessioncookie.js';
import type { ProviderIdentity } from '../domain/singlesignon.js';
import type { RelyingParty } from '../oidc/relyingparty.js';
import type { Timer } from '../timer.js';
import type { TextSealer } from './seals.js';

export interface SignOnParts {
  readonly party: RelyingParty;
  readonly logIn: LogInPerson;
  /** Where users find the gateway, with a slash at the end: the provider sends browsers back there. */
  readonly publicUrl: string;
  readonly sealer: TextSealer;
  readonly timer: Timer;
  readonly clock: () => Date;
  readonly cookie: SessionCookie;
  /** Told of each login that has ended; null: it went well. */
  readonly onLogin: (error: unknown) => void;
}

/** The gateway's token, as the explorer and the command line are given it, and the console by a cookie. */
export interface GivenSession {
  readonly token: string;
  readonly username: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Logs in whom the provider named, and notes it for the log. `way`, `form`: see LoginRequest. */
export async function giveSession(
  logIn: LogInPerson,
  { id, ip, facts }: FastifyRequest,
  identity: ProviderIdentity,
  { way, form }: Pick<LoginRequest, 'way' | 'form'>,
): Promise<GivenSession> {
  const { token, viewer, expiresAt } = await logIn(identity, { requestId: id, clientAddress: ip, way, form });
  facts.viewer = viewer.username;
  return { token, username: viewer.username, expiresAt: expiresAt.toISOString() };
}
