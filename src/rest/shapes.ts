import type { FastifyReply } from 'fastify';
import { hexOf, type Digest } from '../domain/digest.js';
import { splitRepositoryName, type RepositoryName } from '../domain/name.js';
import { namespaceOfPlain } from './library.js';

/** The documented registry, as it is selected. */
export interface RegistryData {
  readonly id: string;
  readonly name: string;
  readonly addr: string;
}

/** What the operations give for a repository. */
export interface RepositoryData {
  readonly name: RepositoryName;
  readonly size: number;
  readonly freshness: FreshnessData;
  readonly tags: { readonly nodes: readonly { readonly name: string; readonly imageId: string | null }[] };
  readonly layers: readonly LayerData[];
}

export interface FreshnessData {
  readonly state: string;
  readonly confirmedAt: string | Date | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
}

interface LayerData {
  readonly digest: Digest;
  readonly size: number | null;
  readonly createdAt: Date | null;
  readonly createdBy: string | null;
  readonly os: string | null;
  readonly architecture: string | null;
  readonly author: string | null;
}

/** The documented repository. `hasTwin`: the gateway knows `library/x` beside this `x`. */
export function shapeRepository({ name, size, tags, layers, freshness }: RepositoryData, hasTwin: boolean) {
  const { namespace, repository } = splitRepositoryName(name);
  return {
    name,
    namespace: namespace || namespaceOfPlain(hasTwin),
    repository,
    tags: tags.nodes.map((tag) => ({ ID: tag.imageId ?? '', Name: tag.name })),
    layers: layers.map(shapeLayer),
    size,
    // Not documented, and only there when the registry could not be read: such a repository must not look empty.
    ...(freshness.confirmedAt === null && freshness.lastError && { error: freshness.lastError }),
  };
}

/** What is not known of a layer is left out. */
function shapeLayer({ digest, size, createdAt, createdBy, os, architecture, author }: LayerData) {
  return {
    id: hexOf(digest),
    size,
    ...(createdAt && { created: createdAt }),
    ...(os !== null && { os }),
    ...(architecture !== null && { architecture }),
    ...(author !== null && { author }),
    ...(createdBy !== null && { container_config: { Cmd: [createdBy] } }),
  };
}

/** `Age`: seconds since the registry confirmed it. `X-Registry-Stale`: why it is older than the registry's `maxAge`. */
export function tellFreshness(reply: FastifyReply, { state, confirmedAt, lastError }: FreshnessData, now: Date): void {
  if (confirmedAt !== null) reply.header('age', Math.max(0, Math.floor((now.getTime() - new Date(confirmedAt).getTime()) / 1000)));
  if (state !== 'FRESH') reply.header('x-registry-stale', lastError?.code ?? state);
}
