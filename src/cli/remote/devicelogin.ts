import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { isJsonObject, readObject } from './answer.js';
import { postTo, type PostingParts } from './posting.js';
import { toErrorCode } from './refusal.js';

export interface DeviceSession {
  readonly token: string;
  readonly username: string;
  readonly expiresAt: Date;
}

interface BegunLogin {
  /** By it the gateway knows the login again. */
  readonly handle: string;
  readonly userCode: string;
  readonly address: string;
  readonly completeAddress: string | null;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

type Facts = Readonly<Record<string, unknown>>;

/** Seconds between two questions, and that a login waits, at the most; whatever a gateway says. */
const longestInterval = 120;
const longestLogin = 60 * 60;

/** Codes of what is no answer about the login, which goes on. */
const passing: readonly string[] = ['UNREACHABLE', 'RATE_LIMITED', 'OVERLOADED', 'LOGIN_UNAVAILABLE'];

/**
 * Logs in by the gateway's single sign-on: tells where to enter which code, and asks the gateway until that is done.
 * Throws the gateway's code where it comes to nothing, and UNAUTHENTICATED where nobody entered it in time.
 */
export async function logInByDevice(parts: PostingParts): Promise<DeviceSession> {
  const begun = readBegun(parts, await post(parts, '/auth/device', {}));
  describe(begun).forEach(parts.tell);
  return waitFor(parts, begun);
}

function describe({ userCode, address, completeAddress, expiresIn }: BegunLogin): readonly string[] {
  const minutes = Math.max(1, Math.floor(expiresIn / 60));
  const code = escapeControls(userCode);
  return [
    `Open ${escapeControls(address)} in a browser, on this or another device, and enter the code ${code}`,
    ...(completeAddress === null
      ? []
      : [`or open ${escapeControls(completeAddress)} and see that it shows that code.`]),
    `Waiting for that, ${minutes} min at the most.`,
  ];
}

async function waitFor(parts: PostingParts, { handle, expiresIn, interval }: BegunLogin): Promise<DeviceSession> {
  const { timer, tell } = parts;
  const end = timer.elapsed() + expiresIn * 1000;
  let wait = interval;
  let problem: CommandError | null = null;
  let told = '';
  while (timer.elapsed() + wait * 1000 <= end) {
    await timer.sleep(wait * 1000);
    try {
      const answer = await post(parts, '/auth/device/token', { handle });
      if (answer['status'] !== 'PENDING') return readSession(parts, answer);
      wait = readSeconds(answer['interval'], longestInterval) ?? wait;
      problem = null;
    } catch (error) {
      if (!(error instanceof CommandError) || !passing.includes(error.code)) throw error;
      if (error.message !== told) tell(`${error.message} Still waiting.`);
      problem = error;
      told = error.message;
      // Whoever does not answer is asked less and less often (RFC 8628 §3.5).
      wait = Math.min(wait * 2, longestInterval);
    }
  }
  throw problem ?? new CommandError('UNAUTHENTICATED', 'Nobody entered the code in time. Log in again.');
}

/** Throws the gateway's code of an answer that is a refusal. */
async function post(parts: PostingParts, path: string, body: object): Promise<Facts> {
  const answer = await postTo(parts, path, JSON.stringify(body), readObject);
  const { error } = answer;
  if (!isJsonObject(error)) return answer;
  const code = typeof error['code'] === 'string' ? toErrorCode(error['code']) : 'INTERNAL';
  if (code === 'NOT_FOUND') {
    const what = `The gateway at ${parts.address} has no single sign-on for people (OIDC_CLIENT_ID)`;
    throw new CommandError('NOT_FOUND', `${what}, or is of an earlier version. Log in with a password: without --sso.`);
  }
  const message = typeof error['message'] === 'string' ? escapeControls(error['message']) : 'The gateway refused it.';
  throw new CommandError(code, message);
}

function readBegun({ address: gateway }: PostingParts, answer: Facts): BegunLogin {
  const { handle, userCode, verificationUri: address, verificationUriComplete: complete } = answer;
  const expiresIn = readSeconds(answer['expiresIn'], longestLogin);
  const interval = readSeconds(answer['interval'], longestInterval);
  const isWhole = [handle, userCode, address].every((text) => typeof text === 'string');
  if (!isWhole || expiresIn === null || interval === null) throw notWhole(gateway);
  return {
    handle: handle as string,
    userCode: userCode as string,
    address: address as string,
    completeAddress: typeof complete === 'string' ? complete : null,
    expiresIn,
    interval,
  };
}

function readSession({ address }: PostingParts, { token, username, expiresAt }: Facts): DeviceSession {
  const end = new Date(typeof expiresAt === 'string' ? expiresAt : Number.NaN);
  if (typeof token !== 'string' || typeof username !== 'string' || Number.isNaN(end.getTime())) throw notWhole(address);
  return { token, username, expiresAt: end };
}

/** A number of seconds from 1 to `most`; null: it is no number. */
function readSeconds(value: unknown, most: number): number | null {
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(Math.max(value, 1), most) : null;
}

function notWhole(address: string): CommandError {
  return new CommandError('UNREACHABLE', `What answers at ${address} is no gateway of this version. Check --url.`);
}
