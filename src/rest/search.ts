import type { FastifyInstance } from 'fastify';
import type { searchAnswer } from './answers.js';
import type { Shaped } from './wire.js';
import * as operations from './operations.js';
import { assertRead } from './outcome.js';
import { endOf, type PageData } from './paging.js';
import { readAt, readQuery, searchQuery } from './queries.js';
import type { SendRead } from './reads.js';
import type { RegistryData } from './shapes.js';
import { shapeTag, type TagData } from './tags.js';

/** As they are selected. */
type HitData =
  | ({ readonly type: 'Registry' } & RegistryData)
  | {
      readonly type: 'Repository';
      readonly name: string;
      readonly size: number;
      readonly updatedAt: string | null;
      readonly tagCount: number;
      readonly registry: { readonly name: string };
    }
  | ({
      readonly type: 'Tag';
      readonly tagDigest: string | null;
      readonly repository: { readonly name: string; readonly registry: { readonly name: string } };
    } & Omit<TagData, 'digest'>)
  | {
      readonly type: 'Image';
      readonly digest: string;
      readonly kind: string;
      readonly mediaType: string;
      readonly size: number | null;
    };

interface SearchData {
  readonly search: ({ readonly nodes: readonly HitData[] } & PageData) | null;
}

/** The search over all registries, the best match first. */
export function registerSearch(server: FastifyInstance, read: SendRead): void {
  server.get('/api/search', (request, reply) => {
    const { q, limit, cursor } = readQuery(searchQuery, request, 'A search');
    return read(request, reply, async ({ run }) => {
      const { outcome, hits } = await readAt(
        cursor,
        async (after) => {
          const outcome = await run<SearchData>(operations.search, { query: q, first: limit, after });
          return { outcome, hits: assertRead(outcome, outcome.data?.search) };
        },
        { query: 'q' },
      );
      return { body: hits.nodes.map(shapeHit), isWhole: !outcome.errors, next: endOf(hits) };
    });
  });
}

function shapeHit(hit: HitData): Shaped<typeof searchAnswer> {
  switch (hit.type) {
    case 'Registry':
      return { type: 'registry', id: hit.id, name: hit.name, addr: hit.addr };
    case 'Repository': {
      const { name, registry, tagCount, size, updatedAt } = hit;
      return { type: 'repository', registry: registry.name, name, tag_count: tagCount, size, updated_at: updatedAt };
    }
    case 'Tag': {
      const { repository, tagDigest: digest } = hit;
      const place = { registry: repository.registry.name, repository: repository.name };
      return { type: 'tag', ...place, ...shapeTag({ ...hit, digest }) };
    }
    case 'Image':
      return { type: 'image', digest: hit.digest, kind: hit.kind, media_type: hit.mediaType, size: hit.size };
  }
}
