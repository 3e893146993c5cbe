import { createForcing } from '../../src/catalogue/forcing.js';
import { JobBrowsing } from '../../src/catalogue/browse/jobs.js';
import { RepositoryBrowsing } from '../../src/catalogue/browse/repositories.js';
import type { RequestContext } from '../../src/catalogue/context.js';
import type { CatalogueParts } from '../../src/catalogue/parts.js';
import type { Repository } from '../../src/domain/catalogue.js';
import { followsAll } from '../../src/domain/following.js';
import type { Registry } from '../../src/domain/registry.js';
import { createValidity } from '../../src/domain/validity.js';
import { noWaits } from '../../src/waits.js';
import { createManualTimer } from '../support/timer.js';

const registry = { id: 'r', name: 'local', maxAge: 30, following: followsAll } as Registry;
const repository = { key: 1, name: 'app', tagsConfirmedAt: new Date(0), tagsError: null } as Repository;

const timer = createManualTimer();

const request = {
  requestId: null,
  viewer: { accountId: 'a', username: 'ann', roles: ['registries:ro'] },
  call: {},
  touched: new Set(['r']),
  validity: createValidity(),
  loaders: { repositoryNamed: { load: async () => repository } },
} as unknown as RequestContext;

/** Parts whose registry is asked for a repository and never answers. */
const parts = {
  timer,
  waits: noWaits,
  clock: () => new Date(),
  repositories: { find: async () => repository },
  sync: {
    forceRead: (...[, , read]: Parameters<CatalogueParts['sync']['forceRead']>) => read(),
    forced: { hasEnded: () => false },
    syncRepository: () => new Promise(() => undefined),
    refresh: () => new Promise(() => undefined),
    touch: () => undefined,
  },
} as unknown as ConstructorParameters<typeof RepositoryBrowsing>[0] & ConstructorParameters<typeof JobBrowsing>[0];

test.each([
  ['a refresh that waits', () => new JobBrowsing(parts).refreshRepository(request, registry, repository, true)],
  [
    'a forced read',
    () => new RepositoryBrowsing(parts).find({ ...request, forced: createForcing(timer) }, registry, 'app'),
  ],
])('%s of one repository is answered after ten seconds', async (_what, ask) => {
  let isAnswered = false;
  const asked = ask().then(() => (isAnswered = true));
  await timer.advance(9_900);
  expect(isAnswered).toBe(false);
  await timer.advance(200);
  expect(isAnswered).toBe(true);
  await asked;
});
