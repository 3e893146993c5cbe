import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noteError } from '../domain/requestfacts.js';
import { type ErrorCode, GatewayError } from '../errors.js';
import { isOwnPage } from '../http/forms.js';
import type { LoginForm } from '../auth/login.js';
import type { LoginChecks } from '../oidc/relyingparty.js';
import { createLoginCookies, type LoginCookies } from './cookies.js';
import { registerDeviceLogin } from './device.js';
import { createLoginLimits, type LoginLimits } from './limits.js';
import { createKeepsake, createOnce, type Keepsake } from './seals.js';
import { type GivenSession, giveSession, type SignOnParts } from './session.js';

/** The end of a login, good or bad, on its way to the page. */
type Handover =
  | (GivenSession & { readonly form: LoginForm })
  | { readonly code: ErrorCode; readonly message: string; readonly retryAfter?: number };

/** Milliseconds that somebody has at the provider, and that the page has to fetch what came of it. */
const timeToLogIn = 10 * 60_000;
const timeToFetch = 60_000;

/** A login that a browser has begun, for a page that wants a token or a session. */
type WantedLogin = LoginChecks & { readonly form: LoginForm };

interface BrowserLogin extends SignOnParts {
  readonly cookies: LoginCookies;
  readonly limits: LoginLimits;
  readonly states: Keepsake<WantedLogin>;
  readonly handovers: Keepsake<{ readonly outcome: Handover }>;
  readonly redirectUri: string;
}

/**
 * Logging in and out of people by a provider. A browser always comes back to the console or the explorer, below
 * `publicUrl`, which fetches its session or token, or why there is none, once. HEAD takes no part: it
 * would use up what GET answers.
 */
export function registerSignOn(server: FastifyInstance, parts: SignOnParts): void {
  const { publicUrl, sealer, clock, timer, party } = parts;
  const limits = createLoginLimits(timer);
  const login: BrowserLogin = {
    ...parts,
    limits,
    cookies: createLoginCookies(publicUrl),
    states: createKeepsake(sealer, 'state', clock),
    handovers: createKeepsake(sealer, 'handover', clock),
    redirectUri: `${publicUrl}auth/callback`,
  };
  const isUnanswered = createOnce();
  const isUnfetched = createOnce();
  const get = { exposeHeadRoute: false };

  server.get('/auth/login', get, (request, reply) =>
    handOver(login, request, reply, readForm(request), async () => {
      limits.count(request);
      const { address, checks } = await limits.run(() => party.begin(login.redirectUri));
      const form = readForm(request);
      login.cookies.set(reply, 'login', login.states.give({ ...checks, form }, timeToLogIn), timeToLogIn / 1000);
      return address;
    }),
  );
  server.get('/auth/callback', get, (request, reply) =>
    handOver(login, request, reply, readState(login, request)?.form ?? 'session', async () => {
      limits.count(request);
      return complete(login, request, reply, isUnanswered);
    }),
  );
  server.get('/auth/logout', get, async (request, reply) => {
    limits.count(request);
    // Whoever logs out is out of the gateway already.
    const address = await limits.run(() => party.findLogoutAddress(publicUrl)).catch(() => null);
    return reply.redirect(address?.href ?? publicUrl, 303);
  });
  server.post('/auth/session', async (request, reply) => fetchSession(login, request, reply, isUnfetched));
  registerDeviceLogin(server, { ...parts, limits });
}

/** Sends the browser to the address that `work` gives, or back to the page with its session, or with what it threw. */
async function handOver(
  { publicUrl, handovers, cookies, onLogin }: BrowserLogin,
  { facts }: FastifyRequest,
  reply: FastifyReply,
  form: LoginForm,
  work: () => Promise<URL | Extract<Handover, GivenSession>>,
): Promise<FastifyReply> {
  let outcome: Handover;
  try {
    const done = await work();
    if (done instanceof URL) return reply.redirect(done.href, 303);
    onLogin(null);
    outcome = done;
  } catch (error) {
    onLogin(error);
    if (!(error instanceof GatewayError)) throw error;
    const { code, message, facts: more } = error;
    facts.codes.add(code);
    if (code === 'LOGIN_UNAVAILABLE') noteError(facts, error);
    outcome = { code, message, ...(more.retryAfter !== undefined && { retryAfter: more.retryAfter }) };
  }
  cookies.set(reply, 'handover', handovers.give({ outcome }, timeToFetch), timeToFetch / 1000);
  // The console has sessions, and the explorer tokens.
  return reply.redirect(`${publicUrl}${form === 'session' ? '' : 'explorer'}#login`, 303);
}

/** Takes the answer that a browser brings. One that is not of its login leaves the login as it is. */
async function complete(
  { cookies, states, party, limits, logIn, redirectUri }: BrowserLogin,
  request: FastifyRequest,
  reply: FastifyReply,
  isUnanswered: (id: string) => boolean,
): Promise<Extract<Handover, GivenSession>> {
  const kept = readState({ cookies, states }, request);
  const query = queryOf(request);
  if (kept === null || new URLSearchParams(query).get('state') !== kept.state) throw noLogin();
  if (!isUnanswered(kept.id)) throw noLogin();
  cookies.clear(reply, 'login');
  const identity = await limits.run(() => party.finish(redirectUri, query, kept));
  const { form } = kept;
  return { ...(await giveSession(logIn, request, identity, { way: 'browser', form })), form };
}

/** The login that a browser has under way; null: none, or one that was begun too long ago. */
function readState({ cookies, states }: Pick<BrowserLogin, 'cookies' | 'states'>, request: FastifyRequest) {
  return states.read(cookies.read(request, 'login') ?? '');
}

function readForm(request: FastifyRequest): LoginForm {
  return new URLSearchParams(queryOf(request)).get('session') === 'true' ? 'session' : 'token';
}

function queryOf({ url }: FastifyRequest): string {
  return url.slice(url.indexOf('?') + 1);
}

/** Gives what a login came to, to the gateway's own page and once. Throws why it came to nothing. */
function fetchSession(
  { cookies, cookie, handovers, publicUrl }: BrowserLogin,
  request: FastifyRequest,
  reply: FastifyReply,
  isUnfetched: (id: string) => boolean,
): GivenSession | Omit<GivenSession, 'token'> {
  if (!isOwnPage(request, new URL(publicUrl).origin))
    throw new GatewayError('FORBIDDEN', 'Only the page of the gateway itself is given what a login came to.');
  const kept = handovers.read(cookies.read(request, 'handover') ?? '');
  cookies.clear(reply, 'handover');
  if (kept === null || !isUnfetched(kept.id)) throw noLogin();
  const { outcome } = kept;
  if ('token' in outcome) {
    const { form, token, ...told } = outcome;
    if (form === 'token') return { token, ...told };
    cookie.give(request, token, new Date(told.expiresAt));
    return told;
  }
  const { code, message, ...facts } = outcome;
  throw new GatewayError(code, message, facts);
}

function noLogin(): GatewayError {
  const why = 'it was begun in another browser or more than 10 minutes ago, or was answered already';
  return new GatewayError('UNAUTHENTICATED', `No login waits for this here: ${why}. Log in again.`);
}
