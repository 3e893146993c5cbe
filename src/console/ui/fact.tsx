import type { ReactNode } from 'react';

/** A name and what it is, in a list of such (`dl`). */
export function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
