import {
  mergeFirst,
  mergeViews,
  toAccount,
  toKept,
  toLists,
  toViews,
  type KeptChoices,
} from '../../../src/console/pure/preferences.js';

const view = (name: string) => ({ name, path: `/tags?q=${name}` });
const none: KeptChoices = { theme: null, density: null, language: null, 'pull-tool': null, views: [] };

describe('preferences of the console', () => {
  it('stay the same after the way to the account and back', () => {
    const chosen = { ...none, theme: 'dark', density: 'compact', language: 'de', 'pull-tool': 'CRANE' };
    for (const kept of [none, chosen, { ...chosen, views: [view('a')] }]) expect(toKept(toAccount(kept))).toEqual(kept);
    expect(toAccount({ ...none, theme: 'pink' }).theme).toBe('SYSTEM');
  });

  it('have a repository without a filter for a pin, and anything else for a view', () => {
    const views = [
      view('a'),
      { name: 'My app', path: '/r/local/team/app' },
      { name: 'Old ones', path: '/r/local/team/app?age=30d' },
      { name: 'No repository', path: '/r/local' },
    ];
    const lists = toLists(views);
    expect(lists.pinnedRepositories).toEqual([{ registry: 'local', repository: 'team/app' }]);
    expect(lists.savedViews.map(({ name }) => name)).toEqual(['a', 'Old ones', 'No repository']);
    expect(toViews(lists)[0]).toEqual({ name: 'team/app', path: '/r/local/team/app' });
  });

  it('of a browser become those of an account that has none; later only its views do', () => {
    const browser = { ...none, theme: 'dark', views: [view('a')] };
    expect(mergeFirst(browser, none, true)).toEqual(browser);
    const account = { ...none, language: 'de', views: [view('b'), view('a')] };
    expect(mergeFirst(browser, account, false)).toEqual({ ...account, views: [view('b'), view('a')] });
  });

  it('keep what two browsers added, and lose what either removed', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(view) as [KeptChoices['views'][0], ...KeptChoices['views']];
    expect(mergeViews([a, b!], [a, c!], [a, b!, d!])).toEqual([a, d, c]);
    expect(mergeViews([a], [], [a])).toEqual([]);
    expect(mergeViews([a], [{ ...a, name: 'again' }], [a, b!])).toEqual([b, { ...a, name: 'again' }]);
  });
});
