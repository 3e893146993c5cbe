import { z } from 'zod';
import type { HistoryEntry, ImageConfig } from '../domain/image.js';
import type { Asked } from './failure.js';
import { parseJson, textMap } from './json.js';

/** OCI image-spec, config.md. Absent os or architecture are `unknown`. Throws UPSTREAM_INVALID. */
export function decodeConfig(body: Uint8Array, asked: Asked): ImageConfig {
  return buildConfig(parseJson(body, configBody, asked));
}

/** What Docker's first schema kept per layer has the same fields. */
export function buildConfig(body: z.infer<typeof configBody>): ImageConfig {
  return {
    platform: { os: body.os || 'unknown', architecture: body.architecture || 'unknown', variant: body.variant || null },
    createdAt: parseBuildTime(body.created),
    author: body.author || null,
    labels: body.config?.Labels ?? {},
    history: (body.history ?? []).map(
      (each): HistoryEntry => ({
        createdAt: parseBuildTime(each.created),
        createdBy: each.created_by || null,
        comment: each.comment || null,
        emptyLayer: each.empty_layer === true,
      }),
    ),
  };
}

/** RFC 3339 to a date; null for what is not one and for the constants of reproducible builds: year 1, 1970-01-01, 1980-01-01. */
export function parseBuildTime(text: string | null | undefined): Date | null {
  const match = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/.exec(text ?? '');
  if (!match) return null;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const date = new Date(`${day}T${time}${fraction.slice(0, 4)}${zone.toUpperCase()}`);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() <= 1) return null;
  return fakeDays.has(date.toISOString().slice(0, 10)) ? null : date;
}

const fakeDays = new Set(['1970-01-01', '1980-01-01']);
const text = z.string().nullish().catch(null);

export const configBody = z.object({
  os: text,
  architecture: text,
  variant: text,
  created: text,
  author: text,
  config: z.object({ Labels: textMap.nullish() }).nullish(),
  history: z.array(z.object({ created: text, created_by: text, comment: text, empty_layer: z.boolean().nullish() })).nullish(),
});
