/** Logging in by a provider of single sign-on, and out of it again. The page's body says whether there is one. */

const { signOn, proxied } = document.body.dataset;

/** Who logged in here: `password`, or `provider`. Whoever pasted a token logged in elsewhere. */
const storedAs = 'registry-gateway:login';

/** The provider, as people call it; null: there is none. */
export const provider = signOn ?? null;

/** Whether a proxy before the gateway may say who sits here. */
export const isProxied = proxied !== undefined;

/** Whether the browser comes from a login at the provider: what came of that is to be fetched, once. */
export function hasComeBack() {
  if (location.hash !== '#login') return false;
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}

/** `username:token`. Throws an Error that says why the login came to nothing. */
export async function fetchLogin() {
  const response = await fetch('auth/session', { method: 'POST' }).catch(() => {
    throw new Error('The gateway does not answer. Check that it is running, then try again.');
  });
  const { token, username, error } = await response.json().catch(() => ({}));
  if (response.ok) return `${username}:${token}`;
  throw new Error(
    error?.message ?? `The gateway, or a proxy before it, answered with status ${response.status}. Try again.`,
  );
}

export function keepLogin(kind) {
  if (kind === null) sessionStorage.removeItem(storedAs);
  else sessionStorage.setItem(storedAs, kind);
}

export function readLogin() {
  return sessionStorage.getItem(storedAs);
}

/** Leaves the page: to where the provider ends its own session, or to the page as it is at first. */
export function leave(kind) {
  if (kind === 'provider') location.assign('auth/logout');
  else location.reload();
}
