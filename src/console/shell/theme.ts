const key = 'registry-gateway-theme';

export type Theme = 'system' | 'light' | 'dark';

/** As it was chosen in this browser; `system`: it was not. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Draws in the theme that was chosen. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  const theme = chosenTheme();
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, theme);
  applyTheme();
}

/** Chooses the other one. */
export function changeTheme(): void {
  const theme = chosenTheme();
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  setTheme(isDark ? 'light' : 'dark');
}
