import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Compression } from '../../coding/accept.js';
import { tagOf } from '../../coding/condition.js';
import type { Compressor } from '../../coding/compress.js';
import { type Content, sendContent } from '../../coding/content.js';
import { writeDocument } from './document.js';
import { printReference } from './page.js';

/** The page loads the explorer's style sheet, and nothing else. */
const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the OpenAPI document, and as a page. Whoever asks may have them: they are the same for every gateway of a
 * version, and say nothing of what is attached to one. Each is written once, when it is first asked for, and each
 * coding of it made once.
 */
export function registerReference(server: FastifyInstance, version: string, compressor: Compressor): void {
  const sendDocument = keepText(compressor, 'application/json; charset=utf-8', () =>
    JSON.stringify(writeDocument(version)),
  );
  const sendPage = keepText(compressor, 'text/html; charset=utf-8', () => printReference(writeDocument(version)));
  server.get('/api/openapi.json', { config: { isRoutine: true } }, (request, reply) => sendDocument(request, reply));
  server.get('/api/docs', { config: { isRoutine: true } }, async (request, reply) => {
    // The page's addresses are relative, and a slash at its end would be one folder more.
    if (/\/(?:[?#]|$)/.test(request.url)) return reply.redirect('../docs', 308);
    return sendPage(request, reply.header('content-security-policy', pagePolicy));
  });
}

type SendText = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function keepText(compressor: Compressor, contentType: string, write: () => string): SendText {
  const coded = new Map<Compression, Buffer>();
  let content: Content | undefined;
  return async (request, reply) => {
    const { body } = (content ??= toContent(contentType, write(), coded));
    // Kept, but asked for again: that of a new version is seen at once.
    reply.header('cache-control', 'no-cache');
    return sendContent(request, reply, content, async (compression) => {
      const bytes = await compressor.compress(compression, body);
      if (bytes !== null) coded.set(compression, bytes);
      return bytes;
    });
  };
}

function toContent(contentType: string, text: string, coded: ReadonlyMap<Compression, Buffer>): Content {
  const body = Buffer.from(text);
  return { contentType, body, etag: tagOf(body), coded };
}
