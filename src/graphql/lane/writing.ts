import { getNamedType, type GraphQLField, isLeafType, isNonNullType } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Connection, Edge, PageInfo } from '../types/page.js';
import type { SelectedField } from './selection.js';

/** The value cannot be written as the schema has it: the resolvers' way is asked, which tells why. */
export class UnwritableError extends Error {
  override name = 'UnwritableError';
}

/** Adds the JSON of a value to `out`; `beside` is what the whole list has in common. */
export type WriteJson<T, B> = (out: JsonPieces, value: T, beside: B) => void;

/** JSON in pieces; what is bytes already stays so. */
export type JsonPieces = (string | Buffer)[];

/** Of the fields of an object, each by what writes it. */
export function createObjectWriter<T, B>(
  type: string,
  fields: readonly SelectedField[],
  writerOf: (selected: SelectedField) => WriteJson<T, B>,
): WriteJson<T, B> {
  const parts = fields.map((selected, at) => ({
    before: `${at === 0 ? '{' : ','}${JSON.stringify(selected.key)}:`,
    write: selected.field === null ? (out: JsonPieces) => void out.push(JSON.stringify(type)) : writerOf(selected),
  }));
  return (out, value, beside) => {
    for (const { before, write } of parts) {
      out.push(before);
      write(out, value, beside);
    }
    out.push('}');
  };
}

/** Of a connection of `name`, whose nodes are written by what `createNodeWriter` makes. */
export function createConnectionWriter<T, B>(
  name: string,
  fields: readonly SelectedField[],
  createNodeWriter: (fields: readonly SelectedField[]) => WriteJson<T, B>,
): WriteJson<Connection<T>, B> {
  return createObjectWriter<Connection<T>, B>(`${name}Connection`, fields, ({ field, fields: own }) => {
    if (field?.name === 'nodes') {
      const writeNode = createNodeWriter(own);
      return (out, { nodes }, beside) => writeList(out, nodes, writeNode, beside);
    }
    if (field?.name === 'edges') {
      const writeEdge = createObjectWriter<Edge<T>, B>(`${name}Edge`, own, (selected) => {
        if (selected.field?.name === 'cursor') return (out, { cursor }) => writeText(out, cursor);
        const writeNode = createNodeWriter(selected.fields);
        return (out, { node }, beside) => writeNode(out, node, beside);
      });
      return (out, { edges }, beside) => writeList(out, edges, writeEdge, beside);
    }
    const writePageInfo = createObjectWriter<PageInfo, B>('PageInfo', own, (selected) => {
      const key = selected.field?.name as keyof PageInfo;
      return (out, info) => void out.push(JSON.stringify(info[key]));
    });
    return (out, { pageInfo }, beside) => writePageInfo(out, pageInfo, beside);
  });
}

function writeList<T, B>(out: JsonPieces, items: readonly T[], write: WriteJson<T, B>, beside: B): void {
  out.push('[');
  for (const [at, item] of items.entries()) {
    if (at > 0) out.push(',');
    write(out, item, beside);
  }
  out.push(']');
}

/** As the executor completes a leaf: what `read` gives, as its scalar or enum serializes it. */
export function createLeafWriter<T, B>(
  field: GraphQLField<unknown, unknown>,
  read: (value: T, beside: B) => unknown,
): WriteJson<T, B> {
  const type = getNamedType(field.type);
  if (!isLeafType(type)) throw new Error(`${field.name} is no leaf.`);
  const isNonNull = isNonNullType(field.type);
  return (out, value, beside) => {
    const stored = read(value, beside);
    if (stored !== null && stored !== undefined) return writeShown(out, type.serialize(stored));
    if (isNonNull) throw new UnwritableError();
    out.push('null');
  };
}

function writeShown(out: JsonPieces, shown: unknown): void {
  if (typeof shown === 'string') return writeText(out, shown);
  if (shown === null || shown === undefined) throw new UnwritableError();
  out.push(JSON.stringify(shown));
}

/** ASCII that JSON writes as it is. */
const plain = /^[ !#-[\]-~]*$/;

function writeText(out: JsonPieces, text: string): void {
  if (plain.test(text)) out.push('"', text, '"');
  else out.push(JSON.stringify(text));
}

/**
 * Writes times, of which a page has thousands, ten times as fast as `Date.toISOString`: most are of a few days, and
 * what stands before the `T` is made once for each. Throws RangeError for what is no time.
 */
export function createTimeWriter(): (out: JsonPieces, milliseconds: number) => void {
  const days = new LRUCache<number, string>({ max: 4096 });
  return (out, milliseconds) => {
    const day = Math.floor(milliseconds / millisecondsOfDay);
    let before = days.get(day);
    if (before === undefined) {
      before = new Date(day * millisecondsOfDay).toISOString().slice(0, -'00:00:00.000Z'.length);
      days.set(day, before);
    }
    const rest = milliseconds - day * millisecondsOfDay;
    const [hours, minutes, seconds] = [
      Math.floor(rest / 3_600_000),
      Math.floor(rest / 60_000) % 60,
      Math.floor(rest / 1000) % 60,
    ];
    out.push('"', before, twoDigits[hours]!, ':', twoDigits[minutes]!, ':', twoDigits[seconds]!, '.');
    const left = rest % 1000;
    out.push(left < 10 ? '00' : left < 100 ? '0' : '', String(left), 'Z"');
  };
}

const millisecondsOfDay = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, at) => String(at).padStart(2, '0'));
