import {
  assertHasPreferences,
  changePreferences,
  mayHavePreferences,
  noPreferences,
  preferenceBounds,
} from '../../../src/domain/preferences.js';

const view = (name: string, path: string) => ({ savedViews: [{ name, path }] });
const viewer = { accountId: 'a', username: 'ann', roles: [] };

describe('preferences', () => {
  it('change in the fields that are given, and null takes a choice back', () => {
    const dark = changePreferences(noPreferences, { theme: 'DARK', language: 'de', pullTool: 'CRANE' });
    expect(dark).toEqual({ ...noPreferences, theme: 'DARK', language: 'de', pullTool: 'CRANE' });
    expect(changePreferences(dark, { theme: undefined, language: null })).toEqual({ ...dark, language: null });
  });

  it('keep each pin and each place once, the first as it was named', () => {
    const pin = { registry: 'local', repository: 'team/app' };
    const views = [
      { name: ' Largest ', path: '/repositories?sort=largest' },
      { name: 'Again', path: '/repositories?sort=largest' },
    ];
    expect(
      changePreferences(noPreferences, { pinnedRepositories: [pin, { ...pin }], savedViews: views }),
    ).toMatchObject({
      pinnedRepositories: [pin],
      savedViews: [{ name: 'Largest', path: '/repositories?sort=largest' }],
    });
  });

  it.each([
    ['language', { language: 'german please' }],
    ['language', { language: `de-${'abcdefgh-'.repeat(4)}ab` }],
    ['name', view(' ', '/tags')],
    ['name', view('x'.repeat(81), '/tags')],
    ['name', view('a\u0000', '/tags')],
    ...['tags', '', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a\nb', `/${'x'.repeat(2000)}`].map(
      (path) => ['path', view('v', path)] as const,
    ),
    ['registry', { pinnedRepositories: [{ registry: 'NO NAME', repository: 'team/app' }] }],
    ['repository', { pinnedRepositories: [{ registry: 'local', repository: '../x' }] }],
  ] as const)('refuse a %s that is none', (field, changes) => {
    const at = expect.arrayContaining(['input', field]) as unknown;
    expect(() => changePreferences(noPreferences, changes)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', facts: expect.objectContaining({ path: at }) }),
    );
  });

  it('refuse more entries than a bar can show, and more bytes than a page should load', () => {
    const pins = Array.from({ length: 101 }, (_, at) => ({ registry: 'local', repository: `app-${at}` }));
    expect(() => changePreferences(noPreferences, { pinnedRepositories: pins })).toThrow('takes up to 100 entries');
    expect(changePreferences(noPreferences, { pinnedRepositories: pins.slice(1) }).pinnedRepositories).toHaveLength(
      100,
    );
    const views = Array.from({ length: 51 }, (_, at) => ({ name: `${at}`, path: `/tags?q=${at}` }));
    expect(() => changePreferences(noPreferences, { savedViews: views })).toThrow('takes up to 50 entries');
    // Characters of three bytes each: what counts is the size, and not the length.
    const long = views.slice(0, 10).map(({ name, path }) => ({ name, path: `${path}${'語'.repeat(1500)}` }));
    expect(() => changePreferences(noPreferences, { savedViews: long })).toThrow(
      `${preferenceBounds.bytes} are the most. Remove a view or a pin.`,
    );
    expect(changePreferences(noPreferences, { savedViews: long.slice(0, 6) }).savedViews).toHaveLength(6);
  });

  it('belong to people: a token or a key of a program has none', () => {
    const kinds = [undefined, 'LOGIN', 'TOKEN', 'SERVICE_KEY'] as const;
    expect(kinds.map((tokenKind) => mayHavePreferences({ ...viewer, ...(tokenKind && { tokenKind }) }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(() => assertHasPreferences({ ...viewer, tokenKind: 'TOKEN' })).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', message: expect.stringContaining('Log in with a password') }),
    );
  });
});
