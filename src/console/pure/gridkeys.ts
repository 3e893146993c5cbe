/** The effect of a key in a grid: go to a row, or act on the row that is active or on those that are chosen. */
export type GridAction =
  | { readonly kind: 'go'; readonly to: number; readonly isRange: boolean }
  | { readonly kind: 'open' | 'toggle' | 'all' | 'clear' | 'delete' | 'compare' | 'copy' };

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * The keys of grids (WAI-ARIA APG, "Grid"), and j and k for the hand that stays on the letters. `page`: the rows that
 * are seen at once. null: the key is not the grid's.
 */
export function readGridKey(pressed: PressedKey, active: number, total: number, page: number): GridAction | null {
  const { key, shiftKey } = pressed;
  if (pressed.altKey) return null;
  if (pressed.ctrlKey || pressed.metaKey) return key.toLowerCase() === 'a' ? { kind: 'all' } : null;
  const step = stepOf(key, page, total);
  if (step !== null) {
    const to = Math.min(Math.max(active + step, 0), Math.max(total - 1, 0));
    return { kind: 'go', to, isRange: shiftKey };
  }
  switch (key) {
    case 'Enter':
      return { kind: 'open' };
    case ' ':
      return { kind: 'toggle' };
    case 'Escape':
      return { kind: 'clear' };
    case 'c':
      return { kind: 'copy' };
    case 'Delete':
      return { kind: 'delete' };
    case 'x':
      return { kind: 'compare' };
    default:
      return null;
  }
}

function stepOf(key: string, page: number, total: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return 1;
    case 'ArrowUp':
    case 'k':
      return -1;
    case 'PageDown':
      return page;
    case 'PageUp':
      return -page;
    case 'Home':
      return -total;
    case 'End':
      return total;
    default:
      return null;
  }
}
