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
