import { useState } from 'react';

/** A choice that this browser remembers; undefined: none was made. Where nothing can be kept, it holds for the page. */
export function useKept(key: string): [kept: string | undefined, keep: (value: string) => void] {
  const name = `registry-gateway-${key}`;
  const [kept, setKept] = useState(() => read(name));
  return [
    kept,
    (value) => {
      setKept(value);
      try {
        localStorage.setItem(name, value);
      } catch {
        // The browser keeps nothing for this page, by whose wish ever: the choice holds until the page goes.
      }
    },
  ];
}

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}
