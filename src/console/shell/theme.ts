import { keep, onKept, readKept } from '../kept/kept.js';

export type Theme = 'system' | 'light' | 'dark';

/** As it was chosen; `system`: it was not. */
export function toTheme(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Draws in the theme and the density that were chosen, now and whenever others are. */
export function followLook(): void {
  applyLook();
  onKept((name) => {
    if (name === 'theme' || name === 'density') applyLook();
  });
  addEventListener('storage', applyLook);
}

function applyLook(): void {
  const { dataset } = document.documentElement;
  const theme = toTheme(readKept('theme'));
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  if (readKept('density') === 'compact') dataset['density'] = 'compact';
  else delete dataset['density'];
}

export function setTheme(theme: Theme): void {
  keep('theme', theme === 'system' ? null : theme);
}

/** Chooses the other one. */
export function changeTheme(): void {
  const theme = toTheme(readKept('theme'));
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  setTheme(isDark ? 'light' : 'dark');
}
