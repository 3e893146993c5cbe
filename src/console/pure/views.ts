/** A place of the console under a name that somebody gave it: a list with its filters, or a repository. */
export interface SavedView {
  readonly name: string;
  /** Below the console's own address: `/repositories?sort=largest`. */
  readonly path: string;
}

/** Views that are kept, at the most. */
export const mostViews = 50;

/** Characters of a view's name, at the most. */
export const mostName = 80;

/** Characters of a path, at the most: what is longer is no view of the console. */
const mostPath = 2000;

/** Reads what was kept. Anything may stand there: what is no view is left out. */
export function readViews(text: string | null): readonly SavedView[] {
  let read: unknown;
  try {
    read = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(read)) return [];
  return read
    .flatMap((one: unknown): SavedView[] => {
      if (typeof one !== 'object' || one === null || !('name' in one) || !('path' in one)) return [];
      const { name, path } = one;
      // A path that begins with two slashes would lead to another host.
      const isOwn = typeof path === 'string' && /^\/(?![/\\])/.test(path) && path.length <= mostPath;
      return isOwn && typeof name === 'string' && name !== '' ? [{ name: name.slice(0, mostName), path }] : [];
    })
    .slice(0, mostViews);
}

/** With the view at the end; one of the same path, or of the same name, makes room for it. */
export function addView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const name = view.name.trim().slice(0, mostName);
  return [...views.filter((one) => one.path !== view.path && one.name !== name), { name, path: view.path }];
}

export function removeView(views: readonly SavedView[], path: string): readonly SavedView[] {
  return views.filter((one) => one.path !== path);
}
