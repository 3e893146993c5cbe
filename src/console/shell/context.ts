import { createContext, use } from 'react';
import type { ShellQuery } from '../operations/shell.js';

/** The frame's knowledge, for screens: who looks, and which registries there are. */
export interface KnownShell {
  /** null: not answered yet. */
  readonly shell: ShellQuery | null;
  readonly renew: () => void;
}

export const ShellContext = createContext<KnownShell>({ shell: null, renew: () => undefined });

export function useShell(): KnownShell {
  return use(ShellContext);
}
