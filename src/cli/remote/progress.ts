import type { Timer } from '../../timer.js';
import type { Io } from '../io.js';
import { escapeControls } from '../table.js';
import { cutTo } from '../width.js';

/** Shows how far something is, on standard error. */
export interface Progress {
  show(done: number, total: number, note?: string): void;
  /** Clears the bar. */
  end(): void;
}

const longestBar = 30;
/** Milliseconds between two lines where there is no terminal. */
const lineInterval = 10_000;

/** On a terminal a bar that moves; elsewhere a line at the beginning, and every ten seconds if something was done. */
export function createProgress(
  { isErrTTY, columns, err }: Pick<Io, 'isErrTTY' | 'columns' | 'err'>,
  timer: Timer,
  name: string,
): Progress {
  const title = escapeControls(name);
  let shown: { readonly at: number; readonly text: string } | null = null;
  const tell = (text: string): void => {
    if (shown && (shown.text === text || timer.elapsed() - shown.at < lineInterval)) return;
    err(`${text}\n`);
    shown = { at: timer.elapsed(), text };
  };
  return {
    show(done, total, note = '') {
      const count = total > 0 ? `${done}/${total}` : '';
      const parts = [title, count, escapeControls(note)].filter(Boolean);
      if (!isErrTTY) return tell(parts.join(' '));
      const barWidth = Math.min(longestBar, Math.floor((columns * 3) / 8));
      const full = total > 0 ? Math.min(barWidth, Math.floor((done / total) * barWidth)) : 0;
      const line = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${parts.join(' ')}`;
      // To the line's beginning, and clear it (ECMA-48 EL).
      err(`\r\u001b[K${cutTo(line, columns - 1)}`);
      shown = { at: timer.elapsed(), text: line };
    },
    end() {
      if (isErrTTY && shown) err('\r\u001b[K');
    },
  };
}
