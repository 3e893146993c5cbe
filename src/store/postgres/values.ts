import { types } from 'pg';

/** PostgreSQL's numbers for its types: pg_type.dat. */
const oids = { int8: 20, numeric: 1700 };

/** Raw rows are as SQLite gives them: whole numbers are numbers. */
export function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === oids.int8 || oid === oids.numeric) return Number;
  return types.getTypeParser(oid, format === 'binary' ? 'text' : format) as (text: string) => unknown;
}

/** No text in PostgreSQL has the character 0, which a manifest of a registry may. */
export function replaceNulls(parameters: readonly unknown[]): readonly unknown[] {
  const hasNull = parameters.some((value) => typeof value === 'string' && value.includes('\0'));
  return hasNull ? parameters.map(replaceNull) : parameters;
}

function replaceNull(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}
