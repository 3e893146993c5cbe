import {
  type AccessTarget,
  type Action,
  assertAllowed,
  assertEntitled,
  assertMutationAllowed,
  isAllowed,
  listRefusals,
} from '../../../src/catalogue/access.js';
import { seesRepository } from '../../../src/catalogue/visibility.js';
import { type Role, roles } from '../../../src/domain/account.js';
import { parseRepositoryGlob } from '../../../src/domain/glob.js';
import type { Grant, Right } from '../../../src/domain/grant.js';
import type { RepositoryName, TagName } from '../../../src/domain/name.js';
import { registry } from './given.js';

const viewerWith = (...of: Role[]) => ({ accountId: 'account-1', username: 'ann', roles: of });
const all = ['admin', 'registries:rw', 'registries:ro'];
const writers = ['admin', 'registries:rw'];
const app = 'team/app' as RepositoryName;
const tags = (...names: string[]) => names as TagName[];

test.each<[Action, readonly string[]]>([
  ['read', all],
  ['manage', writers],
  ['release', writers],
  ['delete', writers],
  ['route', ['admin']],
  ['protect', ['admin']],
  ['regulate', ['admin']],
  ['retain', writers],
  ['retainAll', writers],
  ['crawl', all],
  ['audit', ['admin']],
  ['diagnose', ['admin']],
])('the action "%s" is for the roles %j, and for nobody without one', (action, allowed) => {
  expect(roles.filter((role) => isAllowed(viewerWith(role), action))).toEqual(allowed);
  for (const nobody of [null, viewerWith()]) expect(isAllowed(nobody, action)).toBe(false);
});

test('a viewer with several roles may do what any of them may', () => {
  expect(isAllowed(viewerWith('registries:ro', 'registries:rw'), 'delete')).toBe(true);
});

test('without a viewer the error is UNAUTHENTICATED, and without the role FORBIDDEN with those that have it', () => {
  expect(() => assertAllowed(null, 'read')).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  expect(() => assertAllowed(viewerWith('registries:ro'), 'delete')).toThrow(
    expect.objectContaining({
      code: 'FORBIDDEN',
      message: 'ann may not do this: it needs one of the roles admin, registries:rw, or a grant of DELETE.',
    }),
  );
});

test.each([
  ['addRegistry', writers],
  ['updateRegistry', writers],
  ['removeRegistry', writers],
  ['deleteRepository', writers],
  ['deleteTags', writers],
  ['deleteSelection', writers],
  ['restoreTag', writers],
  ['applyRetention', writers],
  ['setProtection', ['admin']],
  ['setRetention', ['admin']],
  ['refresh', all],
  ['login', all],
])('the mutation %s is let through for the roles %j by its name alone', (mutation, allowed) => {
  const mayPass = (role: Role): boolean => {
    try {
      assertMutationAllowed(viewerWith(role), mutation);
      return true;
    } catch {
      return false;
    }
  };
  expect(roles.filter(mayPass)).toEqual(allowed);
});

test.each<[string, AccessTarget, string[]]>([
  ['nothing protects', { registry: registry() }, writers],
  ['is read-only', { registry: registry({ readOnly: true }) }, ['admin']],
  ['has protected tags', { registry: registry({ protection: [{ repository: '*', tag: 'v*' }] }) }, ['admin']],
])('a registry that %s is released by the roles that may end that', (_, target, allowed) => {
  expect(roles.filter((role) => isAllowed(viewerWith(role), 'release', target))).toEqual(allowed);
});

describe('a deletion', () => {
  const protection = [
    { repository: 'team/*', tag: 'v*' },
    { repository: 'kept', tag: '*' },
  ];
  const within = (repository: string, names?: TagName[]): AccessTarget => ({
    registry: registry({ protection }),
    repository: repository as RepositoryName,
    ...(names && { tags: names }),
  });

  test.each<[string, AccessTarget, boolean]>([
    ['a tag that no rule names', within(app, tags('main')), true],
    ['a tag that a rule names', within(app, tags('v1')), false],
    ['tags of which a rule names one', within(app, tags('main', 'v1')), false],
    ['a tag of a repository that no rule names', within('other', tags('v1')), true],
    ['tags not known yet, where a rule names some', within(app), true],
    ['tags not known yet, where a rule names all', within('kept'), false],
    ['whatever is in a read-only registry', { registry: registry({ readOnly: true }) }, false],
  ])('of %s is allowed, or not, whoever asks', (_, target, expected) => {
    expect(isAllowed(viewerWith('admin'), 'delete', target)).toBe(expected);
  });

  test('a deletion of protected tags is refused by the rule, with the tags that any rule names', () => {
    expect(() => assertAllowed(viewerWith('admin'), 'delete', within(app, tags('main', 'v1', 'v2')))).toThrow(
      expect.objectContaining({
        code: 'PROTECTED',
        message: 'team/app of r has protected tags (v1, v2), by the rule team/*:v*. Nothing was touched.',
        facts: expect.objectContaining({ registry: 'r', tags: ['v1', 'v2'] }) as object,
      }),
    );
  });

  test('a message shows five of many tags with their number, and the error holds a hundred', () => {
    const many = Array.from({ length: 120 }, (_, n) => `v${n}`);
    const [refusal] = listRefusals(viewerWith('admin'), within(app, tags(...many)), ' Two are gone.');
    expect(refusal).toMatchObject({
      message:
        'team/app of r has protected tags (v0, v1, v2, v3, v4, … 120 in all), by the rule team/*:v*. Two are gone.',
      facts: { tags: many.slice(0, 100) },
    });
  });

  test('its refusals are every reason there is: the role, and what protects', () => {
    const target = { registry: registry({ readOnly: true }) };
    const codesFor = (viewer: Parameters<typeof listRefusals>[0]) =>
      listRefusals(viewer, target, '').map(({ code }) => code);
    expect(codesFor(viewerWith('registries:ro'))).toEqual(['FORBIDDEN', 'READ_ONLY']);
    expect(codesFor(null)).toEqual(['UNAUTHENTICATED', 'READ_ONLY']);
    expect(codesFor(viewerWith('registries:rw'))).toEqual(['READ_ONLY']);
    expect(listRefusals(viewerWith('admin'), { registry: registry() }, '')).toEqual([]);
  });
});

describe('a grant', () => {
  const given = (right: Right, registryId: string | null = registry().id, ...of: Role[]) => {
    const grants: Grant[] = [{ registryId, repositories: parseRepositoryGlob('team/*'), right }];
    return { ...viewerWith(...of), grants };
  };
  const place = (repository: string): AccessTarget => ({
    registry: registry(),
    repository: repository as RepositoryName,
  });

  test.each<[Right, readonly Action[]]>([
    ['READ', []],
    ['DELETE', ['delete']],
    ['RETAIN', ['delete', 'regulate', 'retain']],
  ])('of %s lets its holder do %j in its place, and nothing anywhere else', (right, may) => {
    const actions: Action[] = ['delete', 'regulate', 'retain', 'retainAll', 'manage', 'release', 'protect', 'crawl'];
    const allowed = (target?: AccessTarget) => actions.filter((action) => isAllowed(given(right), action, target));
    expect(allowed(place('team/app'))).toEqual(may);
    expect(allowed({ registry: registry() })).toEqual(may);
    expect(allowed()).toEqual(may);
    expect(allowed(place('other/app'))).toEqual([]);
    expect(allowed({ registry: registry({ id: 'another' }) })).toEqual([]);
    expect(allowed({ ...place('team/app'), registry: registry({ id: 'another' }) })).toEqual([]);
  });

  test('a grant of every registry counts in each, and beside a role adds to it', () => {
    const viewer = given('DELETE', null, 'registries:ro');
    const anywhere = { ...place('team/app'), registry: registry({ id: 'another' }) };
    expect(isAllowed(viewer, 'delete', anywhere)).toBe(true);
    expect(isAllowed(viewer, 'delete', place('other/app'))).toBe(false);
    expect(isAllowed(viewer, 'read')).toBe(true);
  });

  test('no grant ends a protection', () => {
    const target = { ...place('team/app'), registry: registry({ readOnly: true }) };
    expect(isAllowed(given('RETAIN'), 'delete', target)).toBe(false);
    expect(() => assertEntitled(given('RETAIN'), 'delete', target)).not.toThrow();
    expect(listRefusals(given('DELETE'), target, '').map(({ code }) => code)).toEqual(['READ_ONLY']);
  });

  test('a missing grant is named where the repository is seen, and a repository that is not seen is not there', () => {
    expect(() => assertAllowed(given('READ'), 'delete', place('team/app'))).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message:
          'ann may not do this: it needs one of the roles admin, registries:rw, or a grant of DELETE to team/app of r.',
      }),
    );
    const unseen = expect.objectContaining({
      code: 'NOT_FOUND',
      message: 'The registry r has no repository "other/app".',
    }) as Error;
    for (const right of ['READ', 'DELETE', 'RETAIN'] as const)
      for (const action of ['read', 'delete', 'retain'] as const)
        expect(() => assertAllowed(given(right), action, place('other/app'))).toThrow(unseen);
    expect(seesRepository(given('READ'), registry().id, 'team/app' as RepositoryName)).toBe(true);
    expect(seesRepository(given('READ'), registry().id, 'other/app' as RepositoryName)).toBe(false);
    expect(seesRepository(viewerWith('registries:ro'), registry().id, 'other/app' as RepositoryName)).toBe(true);
  });
});
