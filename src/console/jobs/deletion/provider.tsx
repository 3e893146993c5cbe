import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import { DeletionContext, type AskDeletion } from './context.js';
import type { DeletionSubject, SelectionSubject } from './subject.js';

const Deletion = lazy(async () => ({ default: (await import('./deletion.js')).Deletion }));

interface Asked {
  /** Another one with each deletion: none begins with what the last one knew. */
  readonly turn: number;
  readonly subject: DeletionSubject | SelectionSubject;
  readonly onBegun: (() => void) | undefined;
}

/** Has the dialog of deletions for all screens within. */
export function DeletionProvider({ children }: { children: ReactNode }): ReactNode {
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = useCallback<AskDeletion>(
    (subject, onBegun) => setAsked((before) => ({ turn: (before?.turn ?? 0) + 1, subject, onBegun })),
    [],
  );
  return (
    <DeletionContext value={ask}>
      {children}
      {asked && (
        <Suspense>
          <Deletion key={asked.turn} subject={asked.subject} onBegun={asked.onBegun} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </DeletionContext>
  );
}
