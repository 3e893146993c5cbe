import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import type { Address } from './address.js';

/** A gateway's answer over HTTP (GraphQL over HTTP, application/json). */
export interface GatewayAnswer {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly {
    readonly message: string;
    /** Of a field's error: the field that is null for it, outermost first. */
    readonly path?: unknown;
    readonly extensions?: { readonly code?: string; readonly requestId?: string; readonly retryAfter?: number };
  }[];
}

/** Above what MAX_ANSWER of a gateway can be set to. */
const maxBytes = 80 * 1024 * 1024;

/** Throws UNREACHABLE for a redirect, and for what is no answer of a gateway. */
export async function readAnswer(response: Response, address: Address): Promise<GatewayAnswer> {
  const answer = await readBody(response, address, parseAnswer);
  const { status, headers } = response;
  return { status, retryAfter: readRetryAfter(headers, answer.errors), ...answer };
}

/** Of an answer over REST: an object of JSON, whatever is in it. Throws UNREACHABLE as `readAnswer` does. */
export async function readObject(response: Response, address: Address): Promise<Readonly<Record<string, unknown>>> {
  return readBody(response, address, (text) => {
    const value = parseJson(text);
    return isJsonObject(value) ? value : null;
  });
}

/** `parse` gives null for what no gateway answers. */
async function readBody<A>(response: Response, address: Address, parse: (text: string) => A | null): Promise<A> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    const target = URL.parse(headers.get('location') ?? '', address)?.origin ?? 'somewhere';
    const advice = 'The token is not sent there. If that is the gateway, give it as --url.';
    throw new CommandError('UNREACHABLE', `${address} redirects to ${target}. ${advice}`);
  }
  const body = await readText(response);
  const answer = body === null ? null : parse(body);
  if (answer !== null) return answer;
  throw new CommandError('UNREACHABLE', describeStranger(status, headers, body, address));
}

/** Describes the server that answered in place of a gateway, as far as its status and type tell. */
function describeStranger(status: number, headers: Headers, body: string | null, address: Address): string {
  const kind = escapeControls(headers.get('content-type')?.slice(0, 80) ?? 'no type');
  const answer = `HTTP ${status}, ${kind}`;
  if (status === 502 || status === 503 || status === 504)
    return (
      `The gateway behind ${address} is down, or does not answer the server before it (${answer}). Check ` +
      'that it runs.'
    );
  if (status === 401 || status === 403 || status === 407)
    return `A server before the gateway at ${address} lets nobody through without its own login (${answer}).`;
  if (status === 413) return `A server before the gateway at ${address} takes no request of this size (${answer}).`;
  if (body === '') return `${address} answers with nothing (${answer}). Check that it runs, and --url.`;
  if (body !== null && /json/i.test(kind) && parseJson(body) === undefined)
    return `The answer of ${address} is no whole JSON (${answer}): it was cut on the way, or --url is not a gateway's.`;
  return `What answers at ${address} is no gateway (${answer}). Check --url.`;
}

/** null: longer than any answer of a gateway. */
async function readText({ body }: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    // Leaving the loop cancels the body.
    if (bytes > maxBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parseAnswer(text: string): Pick<GatewayAnswer, 'data' | 'errors'> | null {
  const value = parseJson(text);
  if (!isJsonObject(value)) return null;
  const { data = null, errors = [] } = value;
  const areErrors =
    Array.isArray(errors) && errors.every((one) => isJsonObject(one) && typeof one['message'] === 'string');
  if (!areErrors || (data !== null && !isJsonObject(data)) || (data === null && errors.length === 0)) return null;
  return { data, errors: errors as GatewayAnswer['errors'] };
}

/** undefined: it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readRetryAfter(headers: Headers, errors: GatewayAnswer['errors']): number | null {
  const seconds = Number(errors[0]?.extensions?.retryAfter ?? headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
