import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Compression } from '../../coding/accept.js';
import { tagOf } from '../../coding/condition.js';
import type { Compressor } from '../../coding/compress.js';
import { type Content, sendContent } from '../../coding/content.js';
import { printSortedSchema } from './schema.js';

/**
 * Serves the schema at `/schema.graphql`, byte for byte as the project's file of that name. Whoever asks may have it:
 * it is the same for every gateway of a version, and says nothing of what is attached to one. It is plain text, as
 * browsers show that, and no type is registered for a schema. It is printed once, when it is first asked for, and each
 * coding of it is made once.
 */
export function registerSchemaText(server: FastifyInstance, schema: GraphQLSchema, compressor: Compressor): void {
  const coded = new Map<Compression, Buffer>();
  let content: Content | undefined;
  server.get('/schema.graphql', { config: { isRoutine: true } }, async (request, reply) => {
    const { body } = (content ??= print(schema, coded));
    // Kept, but asked for again: the schema of a new version is seen at once.
    reply.header('cache-control', 'no-cache');
    return sendContent(request, reply, content, async (compression) => {
      const bytes = await compressor.compress(compression, body);
      if (bytes !== null) coded.set(compression, bytes);
      return bytes;
    });
  });
}

function print(schema: GraphQLSchema, coded: ReadonlyMap<Compression, Buffer>): Content {
  const body = Buffer.from(printSortedSchema(schema));
  return { contentType: 'text/plain; charset=utf-8', body, etag: tagOf(body), coded };
}
