import type { ReactNode } from 'react';
import { splitName } from '../pure/name.js';

/** A namespace is told apart from the name by its colour, and by the slash. */
export function RepositoryName({ name }: { name: string }): ReactNode {
  const [namespace, base] = splitName(name);
  return (
    <bdi className="name">
      <span className="muted">{namespace}</span>
      {base}
    </bdi>
  );
}
