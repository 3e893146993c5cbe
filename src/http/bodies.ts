import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodeJson } from '../domain/json.js';
import { TextError } from '../domain/utf8.js';
import { badInput } from '../errors.js';
import { RequestProblem, unsupportedType } from './problem.js';

/** An empty body stands for none: clients of the documented API send a content type with GET and DELETE too. */
export function acceptJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      assertUtf8(request);
      assertPlain(request);
      done(null, body.length === 0 ? undefined : decodeJson(body));
    } catch (error) {
      done(explainBody(error));
    }
  });
}

/**
 * RFC 8259 §8.1: JSON is UTF-8. What is said to be something else may have been checked as that by whoever stands
 * before.
 */
export function assertUtf8(request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? '';
  if (!type.includes(';')) return;
  const charsets = [...type.matchAll(/;\s*charset\s*=\s*("?)([^";,\s]*)\1/gi)];
  if (charsets.some(([, , charset]) => !/^utf-?8$/i.test(charset!)))
    throw unsupportedType('The body is said to be in another charset', request);
}

/** RFC 9110 §15.5.16: bodies are small, and one that is compressed could become of any length. */
export function assertPlain({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding'];
  if (coding === undefined || /^\s*identity\s*$/i.test(coding)) return;
  throw new RequestProblem(415, 'The body is compressed, or said to be: send it as it is, without Content-Encoding.', {
    'accept-encoding': 'identity',
  });
}

export function explainBody(error: unknown): Error {
  return error instanceof TextError ? badInput(`The body cannot be read: ${error.message}.`) : (error as Error);
}
