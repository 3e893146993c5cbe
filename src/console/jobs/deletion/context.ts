import { createContext, use } from 'react';
import type { DeletionSubject, SelectionSubject } from './subject.js';

/** Opens the plan of a deletion; nothing is deleted before it is agreed to. `onBegun`: its job is under way. */
export type AskDeletion = (subject: DeletionSubject | SelectionSubject, onBegun?: () => void) => void;

export const DeletionContext = createContext<AskDeletion>(() => undefined);

export function useDeletion(): AskDeletion {
  return use(DeletionContext);
}
