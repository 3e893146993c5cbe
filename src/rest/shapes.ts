import type { FastifyReply } from 'fastify';
import type { LayerInImage } from '../catalogue/browse/images.js';
import { hexOf } from '../domain/digest.js';
import type { layerAnswer, registryAnswer } from './answers.js';
import type { Shaped } from './wire.js';

/** The documented registry, as it is selected. */
export type RegistryData = Readonly<Shaped<typeof registryAnswer>>;

export interface FreshnessData {
  readonly state: string;
  readonly confirmedAt: string | Date | null;
  /** null: the gateway is about to stop. */
  readonly nextAttemptAt: string | Date | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
}

/** Shapes one layer of an image. A fact that is not known is left out of the JSON. */
export function shapeLayer({
  digest,
  size,
  createdAt,
  createdBy,
  os,
  architecture,
  author,
}: LayerInImage): Shaped<typeof layerAnswer> {
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

/**
 * `Age`: seconds since the registry confirmed it. `X-Registry-Stale`: why it is older than the registry's `maxAge`.
 * `X-Registry-Next-Attempt`: when the gateway reads it next by itself, as times are in headers (RFC 9110 §5.6.7).
 */
export function tellFreshness(
  reply: FastifyReply,
  { state, confirmedAt, nextAttemptAt, lastError }: FreshnessData,
  now: Date,
): void {
  if (confirmedAt !== null)
    reply.header('age', Math.max(0, Math.floor((now.getTime() - new Date(confirmedAt).getTime()) / 1000)));
  if (state !== 'FRESH') reply.header('x-registry-stale', lastError?.code ?? state);
  if (nextAttemptAt !== null) reply.header('x-registry-next-attempt', new Date(nextAttemptAt).toUTCString());
}
