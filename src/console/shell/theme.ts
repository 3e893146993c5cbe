const key = 'registry-gateway-theme';

/** Light or dark as it was chosen in this browser, else as the system has it. */
export function applyTheme(): void {
  const chosen = localStorage.getItem(key);
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
}

/** Chooses the other one. */
export function changeTheme(): void {
  const { dataset } = document.documentElement;
  const isDark =
    dataset['theme'] === 'dark' || (!dataset['theme'] && matchMedia('(prefers-color-scheme: dark)').matches);
  const chosen = isDark ? 'light' : 'dark';
  dataset['theme'] = chosen;
  localStorage.setItem(key, chosen);
}
