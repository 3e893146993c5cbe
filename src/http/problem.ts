import { GatewayError } from '../errors.js';

/** A request that is at fault in a way for which HTTP has a status of its own. Its code is BAD_USER_INPUT. */
export class RequestProblem extends GatewayError {
  constructor(
    readonly status: number,
    message: string,
    /** That go with this status: `allow`, `accept-post`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super('BAD_USER_INPUT', message);
  }
}

/** RFC 9110 §15.5.16: says what to send. */
export function unsupportedType(why: string): RequestProblem {
  return new RequestProblem(415, `${why}: send it as application/json, in UTF-8.`, { 'accept-post': 'application/json' });
}
