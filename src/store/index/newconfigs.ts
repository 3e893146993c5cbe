import { type Kysely, sql } from 'kysely';
import { batch } from '../../domain/batch.js';
import { type ImageConfig, type ImageProblem, maxProblems, type StatedPlatform } from '../../domain/image.js';
import type { Tables } from '../database/database.js';
import { type JsonText, fromJsonText, toJsonText } from '../database/json.js';
import { dialectOf } from '../dialect/dialects.js';

/** Characters of configs that one statement writes, where one alone has no more: a label may hold a whole document. */
const charactersPerStatement = 1_000_000;

/** By the images' keys. One parameter for as many as are short enough: a statement for each takes longer to build. */
export async function saveConfigs(db: Kysely<Tables>, configs: ReadonlyMap<number, ImageConfig>): Promise<void> {
  const rows = [...configs].map(([imageKey, config]) => toConfigRow(imageKey, config));
  for (const some of batch(rows, countCharacters, charactersPerStatement)) await updateConfigs(db, some);
  for (const [imageKey, { problems }] of configs) if (problems.length > 0) await addProblems(db, imageKey, problems);
}

function countCharacters(row: ConfigRow): number {
  return row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 1), 0);
}

type ConfigRow = (string | number | null)[];

/** In the order of `updateConfigs`. Half a character, which JSON takes, is written as the driver writes it alone. */
function toConfigRow(imageKey: number, config: ImageConfig): ConfigRow {
  const { os, architecture, variant, os_version, os_features, created_at, author, labels, history } =
    toConfigColumns(config);
  const texts = [os, architecture, variant, os_version, os_features, author, labels, history];
  return [imageKey, created_at, ...texts.map((text) => text?.toWellFormed() ?? null)];
}

async function updateConfigs(db: Kysely<Tables>, rows: readonly ConfigRow[]): Promise<void> {
  await sql`update image set config_state = 'read', created_at = cast(config.value ->> 1 as bigint),
    os = config.value ->> 2, architecture = config.value ->> 3, variant = config.value ->> 4,
    os_version = config.value ->> 5,
    os_features = config.value ->> 6, author = config.value ->> 7, labels = config.value ->> 8,
    history = config.value ->> 9
    from ${dialectOf(db).tableOf(rows)} as config where image.id = cast(config.value ->> 0 as bigint)`.execute(db);
}

/**
 * After those of its manifest. A config is read again in another repository: what is known already is not said twice.
 */
async function addProblems(db: Kysely<Tables>, imageKey: number, problems: readonly ImageProblem[]): Promise<void> {
  const row = await db.selectFrom('image').select('problems').where('id', '=', imageKey).executeTakeFirst();
  const known = row?.problems ? fromJsonText(row.problems) : [];
  const fields = new Set(known.map(({ field }) => field));
  const all = [...known, ...problems.filter(({ field }) => !fields.has(field))];
  await db
    .updateTable('image')
    .set({ problems: toProblemText(all) })
    .where('id', '=', imageKey)
    .execute();
}

/** The columns of an image that its config fills. */
export function toConfigColumns(config: ImageConfig) {
  return {
    ...toPlatformColumns(config.platform),
    created_at: config.createdAt?.getTime() ?? null,
    author: config.author,
    labels: toJsonText(config.labels),
    history: toJsonText(config.history),
  };
}

export function toPlatformColumns(platform: StatedPlatform | null) {
  const { os = null, architecture = null, variant = null, osVersion = null, osFeatures = null } = platform ?? {};
  const features = osFeatures?.length ? toJsonText(osFeatures) : null;
  return { os, architecture, variant, os_version: osVersion, os_features: features };
}

export function toProblemText(problems: readonly ImageProblem[]): JsonText<readonly ImageProblem[]> | null {
  return problems.length === 0 ? null : toJsonText(problems.slice(0, maxProblems));
}
