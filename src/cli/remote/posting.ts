import type { Timer } from '../../timer.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import type { Address } from './address.js';

/** Milliseconds for one answer. The gateway itself gives an operation up earlier. */
const patience = 60_000;
/** Milliseconds after which a user is told that the command still waits. */
const silence = 10_000;

export interface PostingParts {
  readonly address: Address;
  /** null: nobody. */
  readonly token: string | null;
  readonly timer: Timer;
  /** Told when it waits. */
  readonly tell: (sentence: string) => void;
}

/**
 * Sends JSON to a path of a gateway, which begins with a slash, and gives what `read` makes of the answer. The token
 * goes to the address and nowhere else: no redirect is followed. Throws UNREACHABLE, and what `read` throws as
 * CommandError.
 */
export async function postTo<A>(
  { address, token, timer, tell }: PostingParts,
  path: string,
  body: string,
  read: (response: Response, address: Address) => Promise<A>,
): Promise<A> {
  const controller = new AbortController();
  const cancel = timer.after(patience, () => controller.abort());
  const cancelNotice = timer.after(silence, () =>
    tell(`${address} has not answered yet: waiting up to ${patience / 1000} s.`),
  );
  try {
    const response = await fetch(`${address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...credentialsOf(token) },
      body,
      redirect: 'manual',
      signal: controller.signal,
    });
    return await read(response, address);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError('UNREACHABLE', describeUnreachable(address, error, controller.signal.aborted));
  } finally {
    cancel();
    cancelNotice();
  }
}

/** `username:token` is what X-Access-Token carries; a token alone is a Bearer's. */
function credentialsOf(token: string | null): Record<string, string> {
  if (token === null) return {};
  return token.includes(':') ? { 'x-access-token': token } : { authorization: `Bearer ${token}` };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host is known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way there',
  ENETUNREACH: 'there is no way there',
  'bad port': 'it is a port of another protocol, which no client of HTTP opens',
};

function describeUnreachable(address: Address, error: unknown, isLate: boolean): string {
  if (isLate) return `${address} did not answer within ${patience / 1000} seconds.`;
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  // "bad port": one that the Fetch Standard blocks, as other protocols use it.
  const given = cause?.code ?? cause?.message;
  const code = typeof given === 'string' ? given : 'no reason given';
  if (/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code)) {
    const advice = 'NODE_EXTRA_CA_CERTS=<file> names an authority of your own.';
    return `The certificate of ${address} is not trusted (${code}). ${advice}`;
  }
  const reason = reasons[code] ?? `the connection failed (${escapeControls(code)})`;
  const advice = 'Check that it runs ("registry-gateway serve"), and the address (--url).';
  return `No gateway answers at ${address}: ${reason}. ${advice}`;
}
