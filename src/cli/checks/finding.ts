import type { Io } from '../io.js';
import { escapeControls } from '../table.js';

/** `unknown`: it was looked at, and that did not tell; `skipped`: there was nothing to look at. */
export type State = 'ok' | 'warning' | 'failed' | 'unknown' | 'skipped';

/** One look, and its result. */
export interface Finding {
  /** The name of the registry it is about; null: the gateway's own. */
  readonly registry: string | null;
  readonly check: string;
  readonly state: State;
  readonly message: string;
  /** The next step; null: nothing, or the message says it. */
  readonly next: string | null;
}

/** Gives findings of one registry, or of the gateway itself. */
export function createFindings(registry: string | null) {
  const make =
    (state: State) =>
    (check: string, message: string, next: string | null = null): Finding => ({
      registry,
      check,
      state,
      message,
      next,
    });
  return { ok: make('ok'), warning: make('warning'), failed: make('failed') };
}

const signs: Readonly<Record<State, string>> = { ok: '✓', warning: '!', failed: '✗', unknown: '?', skipped: '-' };
const words: Readonly<Record<State, string>> = {
  ok: 'ok     ',
  warning: 'warning',
  failed: 'failed ',
  unknown: 'unknown',
  skipped: 'skipped',
};

/**
 * A line each, and the next step on its own below. Names and messages come from registries: what a terminal would obey
 * is escaped.
 */
export function formatFindings(io: Pick<Io, 'isTTY' | 'env'>, findings: readonly Finding[]): string {
  const marks = showsSigns(io) ? signs : words;
  return findings
    .map(({ registry, check, state, message, next }) => {
      const subject = registry === null ? check : `${registry}, ${check}`;
      const below = next === null ? '' : `\n    ${escapeControls(next)}`;
      return `${marks[state]} ${escapeControls(`${subject}: ${message}`)}${below}\n`;
    })
    .join('');
}

/** A terminal whose locale (POSIX.1-2024, XBD 8.2) is UTF-8, and which is none of those without these characters. */
function showsSigns({ isTTY, env }: Pick<Io, 'isTTY' | 'env'>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return isTTY && /utf-?8/i.test(locale) && !['dumb', 'linux'].includes(env['TERM'] ?? '');
}
