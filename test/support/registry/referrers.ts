import { type ManifestBody, parseBody } from '../../../src/demo/registry/body.js';
import { media } from '../../../src/demo/registry/media.js';
import { type Incoming, type Reply, replyJson } from '../../../src/demo/registry/reply.js';
import type { MemoryStore } from './store.js';

export interface ReferrerRules {
  readonly prefix: string;
  readonly pageSize: number;
}

/**
 * `GET /v2/<name>/referrers/<digest>`: OCI distribution-spec 1.1, "Listing Referrers". A subject nobody knows has none;
 * it is never 404.
 */
export function listReferrers(
  store: MemoryStore,
  repository: string,
  subject: string,
  request: Incoming,
  rules: ReferrerRules,
): Reply {
  const wanted = request.query.get('artifactType');
  const all = store.manifests(repository).flatMap(({ digest, mediaType, bytes }) => {
    const body = parseBody(bytes);
    if (body?.subject?.digest !== subject) return [];
    const artifactType = findArtifactType(body);
    const annotations = body.annotations && { annotations: body.annotations };
    return [{ mediaType, digest, size: bytes.length, ...(artifactType && { artifactType }), ...annotations }];
  });
  const matching = all.filter(({ artifactType }) => wanted === null || artifactType === wanted);
  const start = Number(request.query.get('from') ?? 0);
  const end = start + rules.pageSize;
  const filter = wanted === null ? '' : `&artifactType=${encodeURIComponent(wanted)}`;
  return replyJson(
    200,
    { schemaVersion: 2, mediaType: media.ociIndex, manifests: matching.slice(start, end) },
    {
      'Content-Type': media.ociIndex,
      ...(wanted !== null && { 'OCI-Filters-Applied': 'artifactType' }),
      ...(end < matching.length && {
        Link: `<${rules.prefix}/v2/${repository}/referrers/${subject}?from=${end}${filter}>; rel="next"`,
      }),
    },
  );
}

/** An index without one has none; an image manifest without one is what its config is. */
function findArtifactType({ artifactType, config }: ManifestBody): string | undefined {
  return artifactType ?? config?.mediaType;
}
