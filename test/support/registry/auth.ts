import { createHash } from 'node:crypto';
import { type Incoming, type Reply, replyError, replyJson } from '../../../src/demo/registry/reply.js';
import type { Route } from '../../../src/demo/registry/routes.js';
import { type Refusal, refuse } from './traits.js';

export interface BasicAuth {
  readonly mode: 'basic';
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
}

export interface BearerAuth {
  readonly mode: 'bearer';
  readonly users: Readonly<Record<string, string>>;
  /** Where tokens come from: `/token` on the registry's own port (default) or on another. */
  readonly tokenServer?: 'same' | 'other';
  /** Named in the challenge instead of the true one: a realm that lies. */
  readonly realm?: string;
  /** Seconds a token lives. null: not said, which means 60. Default 300. */
  readonly expiresIn?: number | null;
  /**
   * Which of the asked actions are granted; `user` is null for an anonymous token. Default: all to users, none to
   * anonymous.
   */
  readonly grant?: (user: string | null, access: Access) => readonly string[];
  /** The token server refuses a whole request that asks for this. Default nothing. */
  readonly refuse?: (access: Access) => Refusal | null;
  /** The field that holds the token. Default 'token'. */
  readonly field?: 'token' | 'access_token';
  /** Gives a refresh token for `offline_token=true`, and takes it by POST. Default false: POST is 405. */
  readonly offline?: boolean;
}

export type AuthOptions = { readonly mode: 'none' } | BasicAuth | BearerAuth;

/** One entry of a scope: `repository:team/app:pull,push`. */
export interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

export interface Guard {
  /** The user, null where nobody needs to be one; or the 401. */
  admit(route: Route, request: Incoming): { readonly user: string | null } | Reply;
  /** `GET` and `POST` of the token endpoint. */
  issueToken(request: Incoming): Reply;
  /** Makes every token given so far invalid. */
  readonly expireTokens: () => void;
}

interface Token {
  readonly user: string | null;
  readonly access: readonly Access[];
  readonly expiresAt: number;
}

export const service = 'memory-registry';

/** `findRealm` is asked late: ports are known only after listening. The catalogue is let in with `catalogScope`. */
export function createGuard(
  auth: AuthOptions,
  findRealm: () => string,
  now: () => number,
  catalogScope = 'registry:catalog:*',
): Guard {
  const tokens = new Map<string, Token>();
  return {
    expireTokens: () => tokens.clear(),
    issueToken: (request) =>
      auth.mode === 'bearer'
        ? issueToken(auth, tokens, request, now())
        : replyError(404, 'UNSUPPORTED', 'no token server'),
    admit(route, request) {
      const header = String(request.headers.authorization ?? '');
      if (auth.mode === 'none') return { user: null };
      if (auth.mode === 'basic') {
        const user = readBasic(header, auth.users);
        return user ? { user } : replyUnauthorized('Basic realm="memory-registry"');
      }
      const wanted = route.kind === 'catalog' ? [parseScope(catalogScope)] : findScope(route, request);
      const scope = wanted.length
        ? `,scope="${wanted.map((a) => `${a.type}:${a.name}:${a.actions.join(',')}`).join(' ')}"`
        : '';
      const challenge = `Bearer realm="${auth.realm ?? findRealm()}",service="${service}"${scope}`;
      const sent = /^Bearer (.+)$/i.exec(header)?.[1];
      if (!sent) return replyUnauthorized(challenge);
      const token = tokens.get(sent);
      if (!token || token.expiresAt <= now()) return replyUnauthorized(`${challenge},error="invalid_token"`);
      return wanted.every((access) => covers(token.access, access))
        ? { user: token.user }
        : replyUnauthorized(`${challenge},error="insufficient_scope"`);
    },
  };
}

function replyUnauthorized(challenge: string): Reply {
  return replyError(401, 'UNAUTHORIZED', 'authentication required', null, { 'WWW-Authenticate': challenge });
}

/** The user whose password the header has; null for anything else. */
export function readBasic(header: string, users: Readonly<Record<string, string>>): string | null {
  const [, user = '', password] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(/^Basic (.+)$/i.exec(header)?.[1] ?? '', 'base64').toString()) ?? [];
  return password !== undefined && Object.hasOwn(users, user) && users[user] === password ? user : null;
}

/** What distribution asks for: DELETE needs `delete` and nothing else, a mount also reads the other repository. */
function findScope(route: Route, request: Incoming): Access[] {
  if (route.kind === 'ping' || route.kind === 'catalog') return [];
  const writes = ['POST', 'PUT', 'PATCH'].includes(request.method);
  const actions = request.method === 'DELETE' ? ['delete'] : writes ? ['pull', 'push'] : ['pull'];
  const from = request.query.get('from');
  const source = route.kind === 'uploads' && from ? [{ type: 'repository', name: from, actions: ['pull'] }] : [];
  return [{ type: 'repository', name: route.repository, actions }, ...source];
}

function covers(granted: readonly Access[], wanted: Access): boolean {
  const has = granted
    .filter(({ type, name }) => type === wanted.type && name === wanted.name)
    .flatMap(({ actions }) => actions);
  return has.includes('*') || wanted.actions.every((action) => has.includes(action));
}

/** Grants the intersection and still answers 200, as token servers do. */
function issueToken(auth: BearerAuth, tokens: Map<string, Token>, request: Incoming, now: number): Reply {
  const form = request.method === 'POST' ? new URLSearchParams(request.body.toString()) : request.query;
  if (request.method === 'POST' && !auth.offline)
    return replyError(405, 'UNSUPPORTED', 'The operation is unsupported.');
  const user = identify(auth, form, request);
  if (user === undefined)
    return replyError(401, 'UNAUTHORIZED', 'incorrect username or password', null, {
      'WWW-Authenticate': 'Basic realm="token"',
    });
  if (form.get('service') !== service) return replyError(400, 'UNKNOWN', 'service is missing or unknown');

  const grant = auth.grant ?? ((who, { actions }) => (who === null ? [] : actions));
  const scopes = form
    .getAll('scope')
    .flatMap((scope) => scope.split(' '))
    .filter(Boolean);
  const asked = scopes.map(parseScope);
  const refusal = asked.map((one) => auth.refuse?.(one)).find(Boolean);
  if (refusal) return refuse(refusal);
  const access = asked.map((one) => ({ ...one, actions: grant(user, one) }));
  const expiresIn = auth.expiresIn === undefined ? 300 : auth.expiresIn;
  const token = `token-${createHash('sha256').update(`${tokens.size} ${now} ${user}`).digest('hex')}`;
  tokens.set(token, { user, access, expiresAt: now + (expiresIn ?? 60) * 1000 });
  const offline = auth.offline && (form.get('offline_token') === 'true' || form.get('access_type') === 'offline');
  return replyJson(200, {
    [request.method === 'POST' ? 'access_token' : (auth.field ?? 'token')]: token,
    ...(expiresIn === null ? {} : { expires_in: expiresIn, issued_at: new Date(now).toISOString() }),
    ...(offline && user ? { refresh_token: refreshToken(user) } : {}),
  });
}

/** null: anonymous; undefined: credentials were sent and are wrong. */
function identify(auth: BearerAuth, form: URLSearchParams, request: Incoming): string | null | undefined {
  if (request.method === 'POST' && form.get('grant_type') === 'refresh_token') {
    return Object.keys(auth.users).find((user) => refreshToken(user) === form.get('refresh_token'));
  }
  if (request.method === 'POST') {
    const user = form.get('username') ?? '';
    return Object.hasOwn(auth.users, user) && auth.users[user] === form.get('password') ? user : undefined;
  }
  if (!request.headers.authorization) return null;
  return readBasic(String(request.headers.authorization), auth.users) ?? undefined;
}

function refreshToken(user: string): string {
  return `refresh-${createHash('sha256').update(user).digest('hex')}`;
}

/** A name may hold colons (`host:5000/name`), so type and actions are cut off at the ends. */
export function parseScope(scope: string): Access {
  const [type = '', ...rest] = scope.split(':');
  return { type, name: rest.slice(0, -1).join(':'), actions: (rest.at(-1) ?? '').split(',') };
}
