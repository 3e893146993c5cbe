import type { Kept } from '../kept/kept.js';

export type Theme = 'system' | 'light' | 'dark';

/** As it was chosen; `system`: it was not. */
export function toTheme(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Draws in the theme and the density that were chosen, now and whenever others are. */
export function followLook(kept: Kept): void {
  applyLook(kept);
  kept.follow(() => applyLook(kept));
}

function applyLook(kept: Kept): void {
  const { dataset } = document.documentElement;
  const theme = toTheme(kept.read('theme'));
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  if (kept.read('density') === 'compact') dataset['density'] = 'compact';
  else delete dataset['density'];
}

export function setTheme(kept: Kept, theme: Theme): void {
  kept.keep('theme', theme === 'system' ? null : theme);
}

/** Chooses the other one. */
export function changeTheme(kept: Kept): void {
  const theme = toTheme(kept.read('theme'));
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  setTheme(kept, isDark ? 'light' : 'dark');
}
