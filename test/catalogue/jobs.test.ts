import { createForcing } from '../../src/catalogue/forcing.js';
import { refreshRepository } from '../../src/catalogue/browse/jobs.js';
import { findRepository } from '../../src/catalogue/browse/repositories.js';
import type { Session } from '../../src/catalogue/session.js';
import type { Repository } from '../../src/domain/catalogue.js';
import { followsAll } from '../../src/domain/following.js';
import type { Registry } from '../../src/domain/registry.js';
import { createManualTimer } from '../support/timer.js';

const registry = { id: 'r', name: 'local', maxAge: 30, following: followsAll } as Registry;
const repository = { key: 1, name: 'app', tagsConfirmedAt: new Date(0), tagsError: null } as Repository;

const timer = createManualTimer();

/** A session whose registry is asked for a repository and never answers. */
const open = (): Session =>
  ({
    timer,
    forcing: createForcing(timer),
    viewer: { accountId: 'a', username: 'ann', roles: ['registries:ro'] },
    isForced: true,
    call: {},
    clock: () => new Date(),
    touched: new Set(['r']),
    repositories: { find: async () => repository },
    loaders: { repositoryNamed: { load: async () => repository } },
    sync: {
      forceRead: (...[, , read]: Parameters<Session['sync']['forceRead']>) => read(),
      forced: { hasEnded: () => false },
      readAfresh: () => new Promise(() => undefined),
      refresh: () => new Promise(() => undefined),
      touch: () => undefined,
    },
  }) as unknown as Session;

test.each([
  ['a refresh that waits', () => refreshRepository(open(), registry, repository, true)],
  ['a forced read', () => findRepository(open(), registry, 'app')],
])('%s of one repository is answered after ten seconds', async (_what, ask) => {
  let isAnswered = false;
  const asked = ask().then(() => (isAnswered = true));
  await timer.advance(9_900);
  expect(isAnswered).toBe(false);
  await timer.advance(200);
  expect(isAnswered).toBe(true);
  await asked;
});
