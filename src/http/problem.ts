import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../errors.js';

/** A request that is at fault in a way for which HTTP has a status of its own. Its code is BAD_USER_INPUT. */
export class RequestProblem extends GatewayError {
  constructor(
    readonly status: number,
    message: string,
    /** That go with this status: `allow`, `accept-post`. */
    readonly headers: Readonly<Record<string, string>> = {},
    /** The key of the body that is wrong, outermost first. */
    path: readonly string[] = [],
  ) {
    super('BAD_USER_INPUT', message, path.length > 0 ? { path } : {});
  }
}

/** RFC 9110 §15.5.21: the body could be read, and `path` of it is not what it must be. */
export function wrongValue(message: string, ...path: readonly string[]): RequestProblem {
  return new RequestProblem(422, message, {}, path);
}

export const formType = 'application/x-www-form-urlencoded';

/** RFC 9110 §15.5.16: says what the route takes. */
export function unsupportedType(why: string, { server }: FastifyRequest): RequestProblem {
  const types = ['application/json', ...(server.hasContentTypeParser(formType) ? [formType] : [])];
  return new RequestProblem(415, `${why}: send it as ${types.join(' or ')}, in UTF-8.`, {
    'accept-post': types.join(', '),
  });
}
