import type { CompiledQuery } from 'kysely';
import type { SpanDescription, Tracer } from '../../trace.js';

/** Characters of a statement. */
const longest = 2000;

/** Runs a statement as a part of what is under way. */
export function traceStatement<R>(
  tracer: Tracer,
  query: CompiledQuery,
  run: () => Promise<R>,
  system: DatabaseSystem = 'sqlite',
): Promise<R> {
  return tracer.part(() => describe(query.sql, system), run);
}

/** As OpenTelemetry's conventions name them. */
export type DatabaseSystem = 'sqlite' | 'postgresql';

function describe(sql: string, system: DatabaseSystem): SpanDescription {
  const text = hideValues(sql);
  const [verb = ''] = /^\s*\w+/.exec(text) ?? [];
  const name = verb.trim().toUpperCase();
  return {
    name,
    kind: 'client',
    attributes: { 'db.system.name': system, 'db.operation.name': name, 'db.query.text': text },
  };
}

/**
 * The statement's text with `?` in place of each value: MikroORM writes them into it. A string that is cut off at the
 * end is one too.
 */
export function hideValues(sql: string): string {
  return sql
    .slice(0, longest)
    .replaceAll(/x?'(?:[^']|'')*(?:'|$)/gi, '?')
    .replaceAll(/(?<![\w`"$])\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/gi, '?')
    .replaceAll(/\?(?:, ?\?){2,}/g, '?, …');
}
