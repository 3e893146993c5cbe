import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useLanguage } from '../text/context.js';

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly title: string;
  /** How many things it holds; undefined: not counted. */
  readonly count?: number | undefined;
}

export interface TabsProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Name>[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
  /** The part that is chosen. */
  readonly children: ReactNode;
}

/** Parts of which one is shown (WAI-ARIA APG, "Tabs"): arrows lead from one to the next, and show it. */
export function Tabs<Name extends string>({ label, tabs, chosen, onChoose, children }: TabsProps<Name>): ReactNode {
  const { formats } = useLanguage();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const go = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ name }) => name === chosen);
    const to = targetOf(event.key, at, tabs.length);
    if (to === null) return;
    event.preventDefault();
    onChoose(tabs[to]!.name);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
  return (
    <div className="tabs">
      <div ref={list} role="tablist" aria-label={label} className="tab-list">
        {tabs.map(({ name, title, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            className="tab"
            aria-selected={name === chosen}
            aria-controls={name === chosen ? `${id}-part` : undefined}
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => onChoose(name)}
            onKeyDown={go}
          >
            {title}
            {count !== undefined && <span className="muted">{formats.count(count)}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-part`} className="tab-part" aria-labelledby={`${id}-${chosen}`} tabIndex={0}>
        {children}
      </div>
    </div>
  );
}

function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
