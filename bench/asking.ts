import { registryName } from './fill.js';
import type { Target } from './load.js';

export interface GatewayReady {
  readonly url: string;
  /** For X-Access-Token. */
  readonly access: string;
  /** Milliseconds from the process's start to its first answer. */
  readonly started: number;
  /** Milliseconds of processor time in that. */
  readonly startedCpu: number;
}

export interface GatewayState {
  /** Bytes. */
  readonly rss: number;
  /** Seconds of processor time since it began. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly delayP99: number;
  readonly delayMax: number;
}

/** The page of the figures: 100 repositories of 10 tags, 5 fields each. */
export const pageQuery = `query Page($after: String) { registry(name: "${registryName}")
  { repositories(first: 100, after: $after) {
  nodes { name tags(first: 10) { nodes { name digest imageId size updatedAt } } } } } }`;

export const restPath = `/api/registries/${registryName}/repositories`;

const json = { 'content-type': 'application/json' };

export function askGateway(
  { url, access }: GatewayReady,
  variables: object | (() => object) = {},
  query = pageQuery,
): Target {
  const target = askPeer(`${url}/graphql`, variables, query);
  return { ...target, headers: { ...target.headers, 'x-access-token': access } };
}

export function askPeer(url: string, variables: object | (() => object) = {}, query = pageQuery): Target {
  const write = (): string =>
    JSON.stringify({ query, variables: typeof variables === 'function' ? variables() : variables });
  return { url, method: 'POST', headers: json, body: typeof variables === 'function' ? write : write() };
}

export function getFrom(
  { url, access }: GatewayReady,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Target {
  return { url: `${url}${path}`, headers: { 'x-access-token': access, 'apollo-require-preflight': '1', ...headers } };
}

/** One answer, to be compared and to be sent by the plain server. Throws when it is not 200 or holds errors. */
export async function readOnce({
  url,
  method = 'GET',
  headers = {},
  body,
}: Target): Promise<{ body: string; headers: Headers; milliseconds: number }> {
  const began = performance.now();
  // As the load does, and under the ETag that it will name: fetch by itself asks for compressed answers, which have
  // others.
  const answer = await fetch(url, {
    method,
    headers: { 'accept-encoding': 'identity', ...headers },
    ...(body !== undefined && { body: typeof body === 'function' ? body() : body }),
  });
  const text = await answer.text();
  if (answer.status !== 200 || text.startsWith('{"errors"'))
    throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 500)}`);
  return { body: text, headers: answer.headers, milliseconds: performance.now() - began };
}

/** Answers one question after the other. Milliseconds of each. */
export async function timeEach(targets: readonly Target[]): Promise<number[]> {
  const times: number[] = [];
  for (const target of targets) times.push((await readOnce(target)).milliseconds);
  return times;
}
