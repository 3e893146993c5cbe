import { lazy, Suspense, useRef, type ReactNode } from 'react';
import type { Rows } from '../../data/rows.js';
import { findNear } from '../../pure/reference.js';
import type { TagRow } from './source.js';

const TagPanel = lazy(async () => ({ default: (await import('../../images/tagpanel.js')).TagPanel }));

/** Where the tag that is looked at stands in the list, and which tags stand beside it. */
export interface TagPlace {
  /** null: none is looked at, or its row is not there. */
  readonly at: number | null;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

export function useTagAt(rows: Rows<TagRow, unknown>, tag: string | undefined): TagPlace {
  const last = useRef(0);
  const nameAt = (index: number): string | undefined => rows.rowAt(index)?.name;
  const at = tag === undefined ? null : findNear(rows.total ?? 0, last.current, (index) => nameAt(index) === tag);
  if (at === null) return { at, previous: undefined, next: undefined };
  last.current = at;
  return { at, previous: at > 0 ? nameAt(at - 1) : undefined, next: nameAt(at + 1) };
}

export interface TagBesideProps {
  readonly registry: string;
  readonly repository: string;
  /** undefined: none is looked at. */
  readonly tag: string | undefined;
  readonly beside: TagPlace;
  readonly onTag: (changed: { tag: string | undefined }, replace: boolean) => void;
}

/** The tag that is looked at, beside the list. */
export function TagBeside({ registry, repository, tag, beside, onTag }: TagBesideProps): ReactNode {
  if (tag === undefined) return null;
  return (
    <Suspense>
      <TagPanel
        name={{ registry, repository, tag }}
        previous={beside.previous}
        next={beside.next}
        onGo={(other) => onTag({ tag: other }, true)}
        onClose={() => onTag({ tag: undefined }, true)}
      />
    </Suspense>
  );
}
