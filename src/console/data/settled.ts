import { useEffect, useState } from 'react';

/** A value once it has stayed the same for so long (milliseconds): what is typed is asked for when nobody types. */
export function useSettled<Value>(value: Value, pause: number): Value {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  // Values are told apart by what they hold.
  // oxlint-disable react-hooks/exhaustive-deps
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [key, pause]);
  // oxlint-enable react-hooks/exhaustive-deps
  return settled;
}
