import type { Timer } from '../../timer.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import type { Address } from './address.js';
import { type GatewayAnswer, readAnswer } from './answer.js';
import type { Document } from './document.js';
import { toErrorCode } from './refusal.js';

/** Milliseconds for one answer. The gateway itself gives an operation up earlier. */
const patience = 60_000;
/** Milliseconds after which a user is told that the command still waits. */
const silence = 10_000;

/** Waits of one request for a gateway that takes no more just now, and seconds of each at the most. */
const maxWaits = 10;
const longestWait = 120;

/** Parts of answers that could not be given, that are told of at the most. */
const maxProblems = 20;

export interface GatewayClientParts {
  readonly address: Address;
  /** null: nobody. */
  readonly token: string | null;
  /** Said at the end of UNAUTHENTICATED: how to come by a token that is taken. */
  readonly remedy: string;
  readonly timer: Timer;
  /** Told when it waits. */
  readonly tell: (sentence: string) => void;
}

/** Speaks GraphQL to one gateway. The token goes to its address and nowhere else: redirects are refused. */
export class Client {
  readonly #parts: GatewayClientParts;
  /** Of answers that were given in part: why the rest is missing. */
  readonly problems: CommandError[] = [];

  constructor(parts: GatewayClientParts) {
    this.#parts = parts;
  }

  get address(): Address {
    return this.#parts.address;
  }

  /**
   * The answer's `data`. Throws UNREACHABLE, or the gateway's own code when it gives nothing, or lacks a field that the
   * document requires. Errors beside data are kept in `problems`. A gateway that takes no more requests just now is
   * asked again when it said.
   */
  async ask<Data, Variables>(document: Document<Data, Variables>, variables: Variables): Promise<Data> {
    const { name, text, required } = document;
    const body = JSON.stringify({ operationName: name, query: text, variables });
    const { timer, tell } = this.#parts;
    for (let waits = 0; ; waits++) {
      const answer = await this.#send(body);
      const seconds = waits < maxWaits ? secondsToWait(answer) : null;
      if (seconds === null) return this.#read<Data>(answer, required);
      tell(`The gateway takes no more requests just now: going on in ${seconds} s.`);
      await timer.sleep(seconds * 1000);
    }
  }

  async #send(body: string): Promise<GatewayAnswer> {
    const { address, token, timer, tell } = this.#parts;
    const controller = new AbortController();
    const cancel = timer.after(patience, () => controller.abort());
    const cancelNotice = timer.after(silence, () =>
      tell(`${address} has not answered yet: waiting up to ${patience / 1000} s.`),
    );
    try {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...credentialsOf(token) },
        body,
        redirect: 'manual',
        signal: controller.signal,
      });
      return await readAnswer(response, address);
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError('UNREACHABLE', describeUnreachable(address, error, controller.signal.aborted));
    } finally {
      cancel();
      cancelNotice();
    }
  }

  #read<Data>({ data, errors }: GatewayAnswer, required: readonly string[]): Data {
    const missing = required.find((field) => (data?.[field] ?? null) === null);
    const reason = errors.find(({ path }) => Array.isArray(path) && path[0] === missing) ?? errors[0];
    const isEmpty = data === null || Object.values(data).every((value) => value === null);
    if (reason && (isEmpty || missing !== undefined)) throw this.#toError(reason);
    if (data === null || missing !== undefined) {
      const advice = 'Check that --url is that of a gateway, and that the gateway is of this version.';
      throw new CommandError('UNREACHABLE', `${this.#parts.address} answers without ${missing ?? 'data'}. ${advice}`);
    }
    for (const error of errors) if (this.problems.length < maxProblems) this.problems.push(this.#toError(error));
    return data as Data;
  }

  #toError({ message, extensions }: GatewayAnswer['errors'][number]): CommandError {
    const code = toErrorCode(extensions?.code);
    const requestId = code === 'INTERNAL' && extensions?.requestId ? ` The request id is ${extensions.requestId}.` : '';
    const remedy = code === 'UNAUTHENTICATED' ? ` ${this.#parts.remedy}` : '';
    return new CommandError(code, `${escapeControls(message)}${escapeControls(requestId)}${remedy}`);
  }
}

/** `username:token` is what X-Access-Token carries; a token alone is a Bearer's. */
function credentialsOf(token: string | null): Record<string, string> {
  if (token === null) return {};
  return token.includes(':') ? { 'x-access-token': token } : { authorization: `Bearer ${token}` };
}

/** null: the answer is the answer. The whole request was refused then, so asking again does nothing twice. */
function secondsToWait({ status, retryAfter, errors }: GatewayAnswer): number | null {
  const code = errors[0]?.extensions?.code;
  if ((status !== 429 && status !== 503) || (code !== 'RATE_LIMITED' && code !== 'OVERLOADED')) return null;
  return Math.min(Math.max(Math.ceil(retryAfter ?? 1), 1), longestWait);
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
