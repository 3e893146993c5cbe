import type { ReactNode } from 'react';

/** Drawn on a field of 24 by 24, as strokes. */
const shapes = {
  box: 'M12 3 4 7.2v9.6L12 21l8-4.2V7.2L12 3Zm0 0v9m0 0L4 7.2m8 4.8 8-4.8M12 12v9',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.5 4.5',
  home: 'm4 11 8-7 8 7v9h-5v-6H9v6H4v-9Z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  tag: 'M4 4h8l8 8-8 8-8-8V4Zm4.5 4.5h.01',
  compare: 'M7 4v16M17 4v16M4 8h6M14 16h6M4 14h6M14 9h6',
  activity: 'M3 12h4l3-8 4 16 3-8h4',
  jobs: 'M12 8v4l3 2m-3-10a8 8 0 1 0 8 8',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 4v4l3 2',
  shield: 'M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6l-7-3Z',
  trash: 'M4 7h16M9 7V4h6v3m-8 0 1 13h8l1-13M10 11v5m4-5v5',
  key: 'M14 10a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm-1 2 7 7m-3-3 2-2',
  book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3V4Zm4 5h6m-6 4h6',
  settings: 'M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4',
  server: 'M4 5h16v6H4V5Zm0 8h16v6H4v-6Zm3-5h.01M7 16h.01',
  code: 'm8 7-5 5 5 5m8-10 5 5-5 5',
  theme: 'M20 14a8 8 0 1 1-9-10 6.5 6.5 0 0 0 9 10Z',
  exit: 'M14 4h5v16h-5M10 8l-4 4 4 4m-4-4h10',
  close: 'm6 6 12 12M18 6 6 18',
  copy: 'M9 9h11v11H9V9Zm-4 6H4V4h11v1',
  check: 'm5 12 5 5 9-10',
  warning: 'M12 4 3 20h18L12 4Zm0 6v5m0 2.5h.01',
  down: 'm6 9 6 6 6-6',
  up: 'm6 15 6-6 6 6',
  right: 'm9 6 6 6-6 6',
  swap: 'M4 9h16l-4-4m4 10H4l4 4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  plus: 'M12 5v14M5 12h14',
  refresh: 'M19 8a8 8 0 1 0 1 6m0-10v5h-5',
  undo: 'M9 7 4 12l5 5m-5-5h10a5 5 0 0 1 0 10',
  layers: 'm12 4 9 5-9 5-9-5 9-5Zm-9 9 9 5 9-5',
  pin: 'M9 4h6l-1 6 3 3v2H7v-2l3-3-1-6Zm3 11v6',
  lock: 'M6 11h12v9H6v-9Zm3 0V8a3 3 0 0 1 6 0v3',
} as const;

export type IconName = keyof typeof shapes;

/** A picture beside a word that says the same: screen readers are not told of it. */
export function Icon({ name }: { name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}
