import { useId, type ReactNode } from 'react';

export interface PanelProps {
  readonly title: string;
  /** Beside the title: a number, or the way to more of it. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** It takes the whole width. */
  readonly isWide?: boolean;
}

/** One subject of a screen that has several. */
export function Panel({ title, aside, children, isWide = false }: PanelProps): ReactNode {
  const id = useId();
  return (
    <section className={`panel${isWide ? ' panel-wide' : ''}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
