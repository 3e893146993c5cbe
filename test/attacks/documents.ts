import * as fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/** Values that mean something to the gateway it is for, by the argument's name; the first of each is a good one. */
export type Pools = Readonly<Record<string, readonly string[]>>;

export interface Written {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Writing {
  readonly schema: GraphQLSchema;
  readonly gen: fc.GeneratorValue;
  readonly pools: Pools;
  readonly declared: string[];
  readonly variables: Record<string, unknown>;
  fields: number;
}

/** Mostly sizes of pages. */
const anyInteger = (): fc.Arbitrary<number> =>
  fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 100 }) }, fc.constantFrom(0, -1, 101, 2_147_483_647));

/** It ends the token that is sent: all documents after it would be refused. */
const ending: ReadonlySet<string> = new Set(['logout']);

/** Levels of selections; and fields of a document. */
const [deepest, mostFields] = [5, 40];

/** An operation that the schema allows. `gen` is fast-check's, so that a document that fails becomes a small one. */
export function writeDocument(schema: GraphQLSchema, gen: fc.GeneratorValue, pools: Pools): Written {
  const writing: Writing = { schema, gen, pools, declared: [], variables: {}, fields: 0 };
  const isMutation = chance(writing, 20);
  const selection = writeSelection(
    writing,
    (isMutation ? schema.getMutationType() : schema.getQueryType())!,
    deepest,
    2,
  );
  const declared = writing.declared.length ? ` (${writing.declared.join(', ')})` : '';
  const head = `${isMutation ? 'mutation' : 'query'}${declared}`;
  return { query: `${head} ${selection}`, variables: writing.variables };
}

/** The same with a piece cut out, put in twice or exchanged: most are refused, none may harm. */
export function mutate(text: string, gen: fc.GeneratorValue): string {
  const from = gen(fc.nat, text.length);
  const length = gen(fc.nat, 12);
  const inserted = gen(
    fc.constantFrom,
    '{',
    '}',
    '(',
    ')',
    '...',
    '@skip(if: true)',
    '@include',
    '"',
    '"""',
    '$x',
    ': 1',
    '[',
    ']',
    'null',
    '-0',
    '1e999',
    '\u0000',
    '\ufeff',
    'on',
    'fragment F on',
    '#',
    '!',
    '&',
    '|',
    '😀',
    '\\u{110000}',
    '__typename',
    '',
  );
  return gen(fc.boolean)
    ? text.slice(0, from) + inserted + text.slice(from + length)
    : text.slice(0, from) + inserted + text.slice(from);
}

function chance({ gen }: Writing, percent: number): boolean {
  return gen(fc.integer, { min: 1, max: 100 }) <= percent;
}

function pick<T>({ gen }: Writing, items: readonly T[]): T {
  return items[gen(fc.integer, { min: 0, max: items.length - 1 })]!;
}

function writeSelection(writing: Writing, type: GraphQLNamedOutputType, depth: number, most: number): string {
  const written: string[] = [];
  if (isAbstractType(type)) {
    written.push('__typename');
    const one = pick(writing, writing.schema.getPossibleTypes(type));
    written.push(`... on ${one.name} ${writeSelection(writing, one, depth - 1, most)}`);
  } else if (isObjectType(type)) {
    const usable = Object.values(type.getFields())
      .filter(({ name }) => !ending.has(name))
      .filter((field) => depth > 1 || !isComposite(field.type));
    const count = writing.gen(fc.integer, { min: 1, max: most });
    for (let n = 0; n < count && usable.length > 0 && writing.fields < mostFields; n++)
      written.push(writeField(writing, pick(writing, usable), depth, n));
    if (written.length === 0) written.push('__typename');
  }
  return `{ ${written.join(' ')} }`;
}

function writeField(writing: Writing, field: GraphQLField<unknown, unknown>, depth: number, at: number): string {
  writing.fields += 1;
  const given = field.args
    .filter((arg) => isRequiredArgument(arg) || chance(writing, 40))
    .map((arg) => `${arg.name}: ${writeArgument(writing, arg)}`);
  const args = given.length ? `(${given.join(', ')})` : '';
  const type = getNamedType(field.type);
  // An alias of its own, so that one field with two arguments is no conflict.
  const selected = isComposite(field.type) ? ` ${writeSelection(writing, type, depth - 1, 4)}` : '';
  return `f${at}${depth}: ${field.name}${args}${selected}`;
}

function isComposite(type: GraphQLOutputType): boolean {
  const named = getNamedType(type);
  return isObjectType(named) || isAbstractType(named);
}

/** As a literal or a variable. */
function writeArgument(writing: Writing, arg: GraphQLArgument): string {
  if (chance(writing, 70)) return writeLiteral(createValue(writing, arg.type, arg.name, 3), arg.type);
  const name = `v${writing.declared.length}`;
  writing.declared.push(`$${name}: ${String(arg.type)}`);
  writing.variables[name] = createValue(writing, arg.type, arg.name, 3);
  return `$${name}`;
}

function createValue(writing: Writing, type: GraphQLInputType, name: string, depth: number): unknown {
  if (!isNonNullType(type) && (depth === 0 || chance(writing, 10))) return null;
  const inner = getNullableType(type);
  if (isListType(inner))
    return Array.from({ length: writing.gen(fc.nat, 3) }, () => createValue(writing, inner.ofType, name, depth - 1));
  if (isEnumType(inner)) return pick(writing, inner.getValues()).name;
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields()).filter(
      (field) => isRequiredInputField(field) || chance(writing, 30),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, createValue(writing, field.type, field.name, depth - 1)]),
    );
  }
  return createScalar(writing, String(inner), name);
}

function createScalar(writing: Writing, type: string, name: string): unknown {
  const { gen, pools } = writing;
  if (type === 'Boolean') return gen(fc.boolean);
  if (type === 'Int') return gen(anyInteger);
  if (type === 'ByteSize') return gen(fc.maxSafeNat);
  if (type === 'DateTime')
    return gen(fc.constantFrom, '2026-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z');
  const pool = pools[type === 'Digest' ? 'digest' : name] ?? [];
  if (type === 'Digest') return pick(writing, pool);
  return pool.length && chance(writing, 75)
    ? pick(writing, pool)
    : gen(fc.string, { unit: 'grapheme', maxLength: 60 }).toWellFormed();
}

function writeLiteral(value: unknown, type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (value === null || value === undefined) return 'null';
  if (isListType(inner)) return `[${(value as unknown[]).map((one) => writeLiteral(one, inner.ofType)).join(', ')}]`;
  if (isEnumType(inner)) return value as string;
  if (!isInputObjectType(inner)) return JSON.stringify(value);
  const fields = inner.getFields();
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${writeLiteral(one, fields[name]!.type)}`)
    .join(', ')} }`;
}
