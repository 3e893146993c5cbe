import { useMemo, useRef } from 'react';
import type { Rows } from '../../data/rows.js';
import { choose, everything, isChosen, nothing, rangeOf } from '../../pure/selection.js';
import type { Choosing } from './types.js';

/** The effects of clicks and keys on a selection. Rows that are not there yet cannot be chosen one by one. */
export interface ChoosingActions {
  /** Chooses a row or no longer; as a range: all from the row that was changed last. */
  readonly toggle: (index: number, isRange: boolean) => void;
  /** Chooses what lies between the active row and the one that it moves to. */
  readonly extend: (from: number, to: number) => void;
  readonly all: () => void;
  readonly clear: () => void;
}

export function useChoosing<Row>(
  rows: Rows<Row, unknown>,
  keyOf: (row: Row) => string,
  choosing: Choosing | undefined,
): ChoosingActions {
  const anchor = useRef(0);
  const latest = useRef({ rows, keyOf, choosing });
  latest.current = { rows, keyOf, choosing };
  return useMemo(() => {
    const keysOf = (indexes: readonly number[]): string[] => {
      const { rows, keyOf } = latest.current;
      return indexes.flatMap((index) => {
        const row = rows.rowAt(index);
        return row === undefined ? [] : [keyOf(row)];
      });
    };
    return {
      toggle(index, isRange) {
        const { choosing } = latest.current;
        const [key] = keysOf([index]);
        if (choosing === undefined || key === undefined) return;
        const isOn = isRange || !isChosen(choosing.selection, key);
        choosing.onChange(choose(choosing.selection, keysOf(isRange ? rangeOf(anchor.current, index) : [index]), isOn));
        anchor.current = index;
      },
      extend(from, to) {
        const { choosing } = latest.current;
        choosing?.onChange(choose(choosing.selection, keysOf(rangeOf(from, to)), true));
        anchor.current = to;
      },
      all: () => latest.current.choosing?.onChange(everything),
      clear: () => latest.current.choosing?.onChange(nothing),
    };
  }, []);
}
