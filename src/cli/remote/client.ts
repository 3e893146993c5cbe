import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import type { Address } from './address.js';
import { type GatewayAnswer, readAnswer } from './answer.js';
import type { Document } from './document.js';
import { postTo, type PostingParts } from './posting.js';
import { toErrorCode } from './refusal.js';

/** Waits of one request for a gateway that takes no more just now, and seconds of each at the most. */
const maxWaits = 10;
const longestWait = 120;

/** Parts of answers that could not be given, that are told of at the most. */
const maxProblems = 20;

export interface GatewayClientParts extends PostingParts {
  /** Said at the end of UNAUTHENTICATED: how to come by a token that is taken. */
  readonly remedy: string;
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
      const answer = await postTo(this.#parts, '/graphql', body, readAnswer);
      const seconds = waits < maxWaits ? secondsToWait(answer) : null;
      if (seconds === null) return this.#read<Data>(answer, required);
      tell(`The gateway takes no more requests just now: going on in ${seconds} s.`);
      await timer.sleep(seconds * 1000);
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

/** null: the answer is the answer. The whole request was refused then, so asking again does nothing twice. */
function secondsToWait({ status, retryAfter, errors }: GatewayAnswer): number | null {
  const code = errors[0]?.extensions?.code;
  if ((status !== 429 && status !== 503) || (code !== 'RATE_LIMITED' && code !== 'OVERLOADED')) return null;
  return Math.min(Math.max(Math.ceil(retryAfter ?? 1), 1), longestWait);
}
