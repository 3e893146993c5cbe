import type { ReactNode } from 'react';

/** Names and what each is. */
export function FactList({
  className,
  rows,
}: {
  className: string;
  rows: readonly (readonly [name: string, value: ReactNode])[];
}): ReactNode {
  return (
    <dl className={className}>
      {rows.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

/** A name and what it is, in a list of such (`dl`). */
export function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
