import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCookie } from '../http/cookies.js';

/**
 * `login` goes along with the browser's way to the provider and back, which another site sends it on; `handover` is
 * sent by the gateway's own page alone.
 */
export type LoginCookie = 'login' | 'handover';

/** Cookies of a login, which only the routes below `auth/` are sent, and no script reads. */
export interface LoginCookies {
  set(reply: FastifyReply, cookie: LoginCookie, value: string, seconds: number): void;
  clear(reply: FastifyReply, cookie: LoginCookie): void;
  /** null: it is not there, or there is more than one of the name, as another host of the domain can add one. */
  read(request: FastifyRequest, cookie: LoginCookie): string | null;
}

const sameSite: Readonly<Record<LoginCookie, string>> = { login: 'Lax', handover: 'Strict' };

/** `publicUrl`: where users find the gateway, with a slash at its end. */
export function createLoginCookies(publicUrl: string): LoginCookies {
  const { protocol, pathname } = new URL(publicUrl);
  const isSecure = protocol === 'https:';
  const nameOf = (cookie: LoginCookie): string => `${isSecure ? '__Secure-' : ''}registry-gateway-${cookie}`;
  const write = (reply: FastifyReply, cookie: LoginCookie, value: string, seconds: number): void => {
    const kept = `Path=${pathname}auth; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite[cookie]}`;
    void reply.header('set-cookie', `${nameOf(cookie)}=${value}; ${kept}${isSecure ? '; Secure' : ''}`);
  };
  return {
    set: write,
    clear: (reply, cookie) => write(reply, cookie, '', 0),
    read(request, cookie) {
      const found = readCookie(request, nameOf(cookie));
      return found === 'ambiguous' ? null : (found?.value ?? null);
    },
  };
}
