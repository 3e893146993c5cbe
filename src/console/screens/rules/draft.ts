import { useState } from 'react';

/** A rule that is being written, with a key that stays while others come and go. */
export interface Drafted<Rule> {
  readonly key: number;
  readonly rule: Rule;
}

export interface Draft<Rule> {
  readonly rows: readonly Drafted<Rule>[];
  readonly rules: readonly Rule[];
  /** It is not what is saved. */
  readonly isChanged: boolean;
  readonly add: (rule: Rule) => void;
  readonly change: (key: number, rule: Rule) => void;
  readonly remove: (key: number) => void;
  /** Takes what is saved in its place. */
  readonly reset: () => void;
}

/** Rules as they are written, beside those that are `saved`, which take their place as long as nothing was changed. */
export function useDraft<Rule>(saved: readonly Rule[]): Draft<Rule> {
  const key = JSON.stringify(saved);
  const [base, setBase] = useState(key);
  const [next, setNext] = useState(saved.length);
  const [rows, setRows] = useState<readonly Drafted<Rule>[]>(() => begin(saved));
  const written = JSON.stringify(rows.map(({ rule }) => rule));
  const reset = (): void => {
    setBase(key);
    setNext(saved.length);
    setRows(begin(saved));
  };
  // Rules that somebody else saved meanwhile are shown where nobody writes here, or wrote just that.
  if (key !== base && (written === base || written === key)) reset();
  return {
    rows,
    rules: rows.map(({ rule }) => rule),
    isChanged: written !== key,
    add(rule) {
      setRows([...rows, { key: next, rule }]);
      setNext(next + 1);
    },
    change: (key, rule) => setRows(rows.map((row) => (row.key === key ? { key, rule } : row))),
    remove: (key) => setRows(rows.filter((row) => row.key !== key)),
    reset,
  };
}

function begin<Rule>(saved: readonly Rule[]): readonly Drafted<Rule>[] {
  return saved.map((rule, key) => ({ key, rule }));
}
