/** How a login at the provider of single sign-on ended: undefined: well, and the cookie of a session is set. */
export type Handover = string | undefined;

/** Whether the browser comes from a login at the provider: what came of it is to be fetched, once. */
export function hasComeBack(hash: string): boolean {
  return hash === '#login';
}

/** Fetches what came of the login. `away`: the sentence for a gateway that does not answer. */
export async function fetchHandover(away: string): Promise<Handover> {
  try {
    const response = await fetch(new URL('auth/session', document.baseURI), {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'x-requested-with': 'console' },
    });
    if (response.ok) return undefined;
    const { error } = (await response.json()) as { readonly error?: { readonly message?: string } };
    return error?.message ?? away;
  } catch {
    return away;
  }
}
