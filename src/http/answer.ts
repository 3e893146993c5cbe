import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { noteError } from '../domain/requestfacts.js';
import { GatewayError, isUpstreamError } from '../errors.js';
import { createGraphQLErrorBody, createProblem, type FailedRequest, problemType, statusOf } from './failure.js';
import { RequestProblem, unsupportedType } from './problem.js';

/**
 * On every answer, errors and redirects too. What a browser shows as a page may then load nothing and be in no frame;
 * the Explorer has a policy of its own in this one's place.
 */
export const guardHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function guardReply(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...guardHeaders, 'x-request-id': request.id });
}

/**
 * Answers with the error in the shape of the surface that was asked. What is no GatewayError, and no fault of the
 * client's, is masked.
 */
export function sendError(
  error: FastifyError | GatewayError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const shown = error instanceof GatewayError ? error : explainRequest(error, request);
  request.facts.codes.add(shown?.code ?? 'INTERNAL');
  if (shown === null) {
    noteError(request.facts, error);
    const message = 'Something went wrong inside the gateway. The log has it under the request id.';
    return sendFailure(request, reply, { code: 'INTERNAL', message, status: 500, facts: { retryable: false } });
  }
  const { code, message, facts, retryable } = shown;
  if (facts.retryAfter !== undefined) reply.header('retry-after', facts.retryAfter);
  if (shown instanceof RequestProblem) reply.headers(shown.headers);
  const status = findStatus(shown);
  if (status >= 500) noteError(request.facts, error);
  return sendFailure(request, reply, { code, message, status, facts: { ...facts, retryable } });
}

/** GraphQL's clients look for `errors` (GraphQL over HTTP, "Body"), also where no route was found for the method. */
function sendFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Omit<FailedRequest, 'requestId'>,
): FastifyReply {
  const failure = { ...shown, requestId: request.id };
  reply.code(failure.status);
  if (/^\/graphql(?:\/stream)?\/?(?:\?|$)/.test(request.url)) return reply.send(createGraphQLErrorBody(failure));
  const isAsked = request.headers.accept?.toLowerCase().includes(problemType) ?? false;
  if (isAsked) reply.type(`${problemType}; charset=utf-8`);
  return reply.send(createProblem(failure, request.basePath, isAsked));
}

function findStatus(error: GatewayError): number {
  if (error instanceof RequestProblem) return error.status;
  // RFC 9110 §15.6.4: a registry that fails now and is asked again at a known time is unavailable until then.
  return error.facts.retryAfter !== undefined && isUpstreamError(error) ? 503 : statusOf(error.code);
}

/** In words of the gateway: Fastify's hold what was sent. null for what is no fault of the client's. */
function explainRequest(
  { code, statusCode = 500, message }: FastifyError,
  request: FastifyRequest,
): GatewayError | null {
  if (statusCode >= 500) return null;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return unsupportedType('The body is of a type that is not read here', request);
  if (statusCode === 413)
    return new RequestProblem(413, `The body is larger than ${request.routeOptions.bodyLimit} bytes.`);
  return new RequestProblem(statusCode, message.slice(0, 200));
}
