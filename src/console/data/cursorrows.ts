import { useMemo } from 'react';
import { createCursorSource, type PageLoader } from './cursors.js';
import { useRows, type Rows } from './rows.js';

/** `key`: the list's filter; `load` is taken anew with each other key. */
export function useCursorRows<Row, Head = null>(key: string, load: PageLoader<Row, Head>): Rows<Row, Head> {
  // `load` means the same as long as the key is the same.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const source = useMemo(() => createCursorSource(key, load), [key]);
  return useRows(source);
}
