import type { Client } from 'pg';
import type { Kysely } from 'kysely';
import type { GrantedPlace } from '../../domain/grant.js';
import type { Tables } from '../database/database.js';
import { type PatternStore, rememberPatterns } from '../database/patterns.js';
import type { Seeing } from '../database/seentables.js';
import type { OpenScanner } from '../scanning/opening.js';
import type { SeenPattern } from '../seeing/seenpattern.js';
import {
  createSeenConditions,
  listSeen,
  nameReached,
  reachedTables,
  type SeenTable,
  type ViewPieces,
} from '../seeing/views.js';

/** The settings of a session that say whose its statements are: the columns of that viewer's patterns, as arrays. */
const [idsOf, registriesOf, patternsOf] = ['ids', 'registries', 'patterns'].map((name) => `registry_gateway.${name}`);

/** A setting is read once for a statement, and not for each row: a query of its own depends on none. */
const readSetting = (name: string | undefined, type: string): string =>
  `(select current_setting('${name}')::${type}[])::${type}[]`;

function createPieces(schema: string): ViewPieces {
  return {
    base: (table) => `${schema}."${table}"`,
    join: 'join',
    isMine: (patternId) => `${patternId} = any(${readSetting(idsOf, 'bigint')})`,
    mine: `unnest(${readSetting(idsOf, 'bigint')}, ${readSetting(registriesOf, 'text')},
      ${readSetting(patternsOf, 'text')}) as mine(id, registry_id, pattern)`,
    isOf: (name, pattern) => `${schema}.is_of_pattern(${name}, ${pattern})`,
  };
}

/** A name stands where it is searched once for all tags that have it. */
function listSearched(pieces: ViewPieces): Readonly<Record<string, SeenTable>> {
  const sees = createSeenConditions(pieces);
  return {
    search_repository: { where: sees.repository('own.id') },
    search_label: { where: sees.image('own.id') },
    search_tag: {
      where: `exists (select 1 from ${pieces.base('tag')} as named where named.name = own.name
        and named.is_hidden = 0 and ${sees.repository('named.repository_id')})`,
    },
  };
}

/**
 * Shadows every table by a view, in this session alone: temporary names come first. To be called before it reads only.
 */
export async function addSessionViews(client: Client): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string }>(`select quote_ident(nspname) as schema,
    relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = current_schema() and relkind in ('r', 'p')`);
  const pieces = createPieces(rows[0]?.schema ?? 'public');
  const seen = { ...listSeen(pieces), ...listSearched(pieces) };
  const views = rows.map(({ name }) => {
    const { columns = ['*'], where } = seen[name] ?? { where: 'false' };
    // By which a statement names a row: see `Dialect.row`.
    const selected = [...columns.map((column) => `own.${column}`), 'own.ctid as ctid'];
    const columnsOf = selected.join(', ');
    return `create temp view "${name}" as select ${columnsOf} from ${pieces.base(name)} as own where ${where}`;
  });
  const reached = reachedTables.map(
    (name) => `create temp view ${nameReached(name)} as select * from ${pieces.base(name)}`,
  );
  await client.query([...views, ...reached].join(';\n'));
}

/** Gives what says whose the next statements of the session are. */
export function createViewerNaming(client: Client): (seen: readonly SeenPattern[]) => Promise<void> {
  let named = '';
  return async (seen) => {
    const wanted = JSON.stringify(seen.map(({ id }) => id));
    if (wanted === named) return;
    named = '';
    const columns = [
      seen.map(({ id }) => `${id}`),
      seen.map(({ registryId }) => (registryId === null ? 'NULL' : `"${registryId}"`)),
      seen.map(({ pattern }) => `"${pattern}"`),
    ];
    await client.query(
      `select set_config('${idsOf}', $1, false), set_config('${registriesOf}', $2, false),
        set_config('${patternsOf}', $3, false)`,
      // Neither ids nor patterns have signs that an array would have to escape.
      columns.map((values) => `{${values.join(',')}}`),
    );
    named = wanted;
  };
}

/** Viewers with grants alone are read for in sessions of their own. `close` resolves when none is left. */
export function createSessionSeeing(
  patterns: PatternStore,
  quick: OpenScanner<Tables>,
  long: OpenScanner<Tables>,
): Omit<Seeing, 'close'> & { readonly close: () => Promise<void> } {
  return {
    seenBy(places: readonly GrantedPlace[]): { readonly kysely: Kysely<Tables>; readonly scanner: Kysely<Tables> } {
      const resolve = rememberPatterns(patterns, places);
      return { kysely: quick.seenBy(resolve), scanner: long.seenBy(resolve) };
    },
    async close() {
      await Promise.all([quick.close(), long.close()]);
    },
  };
}
