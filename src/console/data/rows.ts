import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useConnected } from './context.js';
import { RowList, type Rows, type RowSource } from './rowlist.js';

export type { Asked, Part, Rows, RowSource } from './rowlist.js';

/** The part of a list that is looked at. Asks anew for another source's key, and after each log-in. */
export function useRows<Row, Head>(source: RowSource<Row, Head>): Rows<Row, Head> {
  const { session } = useConnected();
  const [list] = useState(() => new RowList(source));
  const latest = useRef(source);
  latest.current = source;
  useEffect(() => list.open(latest.current), [list, source.key, session.epoch]);
  return useSyncExternalStore(list.subscribe, list.read);
}

/** Rows whose sizes bars are drawn against: those of the first page. */
const firstRows = 100;

/** Bytes of the largest of the first rows: a whole bar. 0: none is known. */
export function largestOf({ rowAt }: Pick<Rows<{ readonly size: number | null }, unknown>, 'rowAt'>): number {
  return Math.max(...Array.from({ length: firstRows }, (_, at) => rowAt(at)?.size ?? 0));
}
