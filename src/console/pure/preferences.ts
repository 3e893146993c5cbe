import type { SavedView } from './views.js';

/** Preferences as the gateway keeps them with an account. */
export interface AccountPreferences {
  readonly theme: 'SYSTEM' | 'LIGHT' | 'DARK';
  readonly density: 'COMFORTABLE' | 'COMPACT';
  readonly language: string | null;
  readonly pullTool: string | null;
  readonly pinnedRepositories: readonly { readonly registry: string; readonly repository: string }[];
  readonly savedViews: readonly SavedView[];
}

/** Choices as the browser keeps them, by their names there; null: none was made. */
export interface KeptChoices {
  readonly theme: string | null;
  readonly density: string | null;
  readonly language: string | null;
  readonly 'pull-tool': string | null;
  readonly views: readonly SavedView[];
}

type Lists = Pick<AccountPreferences, 'pinnedRepositories' | 'savedViews'>;

/** The address of a repository: `/r/<registry>/<name>`. */
const repositoryPath = /^\/r\/([^/?]+)\/([^?]+)$/;

/** Views of a repository without a filter are pins, which the gateway knows by their names. */
export function toLists(views: readonly SavedView[]): Lists {
  const pinnedRepositories = views.flatMap(({ path }) => {
    const [, registry, repository] = repositoryPath.exec(path) ?? [];
    return registry === undefined || repository === undefined ? [] : [{ registry, repository }];
  });
  const savedViews = views.filter(({ path }) => !repositoryPath.test(path)).map(({ name, path }) => ({ name, path }));
  return { pinnedRepositories, savedViews };
}

/** As they stand in the bar: pins first. */
export function toViews({ pinnedRepositories, savedViews }: Lists): readonly SavedView[] {
  const pins = pinnedRepositories.map(({ registry, repository }) => ({
    name: repository,
    path: `/r/${registry}/${repository}`,
  }));
  return [...pins, ...savedViews.map(({ name, path }) => ({ name, path }))];
}

export function toAccount({ theme, density, language, views, ...others }: KeptChoices): AccountPreferences {
  return {
    theme: theme === 'light' ? 'LIGHT' : theme === 'dark' ? 'DARK' : 'SYSTEM',
    density: density === 'compact' ? 'COMPACT' : 'COMFORTABLE',
    language,
    pullTool: others['pull-tool'],
    ...toLists(views),
  };
}

export function toKept({ theme, density, language, pullTool, ...lists }: AccountPreferences): KeptChoices {
  return {
    theme: theme === 'SYSTEM' ? null : theme.toLowerCase(),
    density: density === 'COMPACT' ? 'compact' : null,
    language,
    'pull-tool': pullTool,
    views: toViews(lists),
  };
}

/**
 * Puts together the choices of a browser from before they were of an account, and those of the account: views are of
 * both, and each other choice is the account's, where it ever made any.
 */
export function mergeFirst(browser: KeptChoices, account: KeptChoices, isNew: boolean): KeptChoices {
  return { ...(isNew ? browser : account), views: mergeViews([], browser.views, account.views) };
}

/** Views as the account has them, with what came and went in this browser since it knew the account's last. */
export function mergeViews(
  before: readonly SavedView[],
  mine: readonly SavedView[],
  theirs: readonly SavedView[],
): readonly SavedView[] {
  const has = (views: readonly SavedView[], { name, path }: SavedView): boolean =>
    views.some((one) => one.path === path && one.name === name);
  const added = mine.filter((view) => !has(before, view));
  const removed = before.filter((view) => !has(mine, view));
  const left = theirs.filter((view) => !has(removed, view) && !added.some(({ path }) => path === view.path));
  return [...left, ...added];
}
