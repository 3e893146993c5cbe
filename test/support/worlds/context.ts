import type { Catalogue } from '../../../src/catalogue/catalogue.js';
import type { Viewer } from '../../../src/domain/account.js';
import { createRequestFacts } from '../../../src/domain/requestfacts.js';
import { GatewayError } from '../../../src/errors.js';
import type { Context } from '../../../src/graphql/context.js';

/** May do everything. */
export const testViewer: Viewer = { accountId: 'test', username: 'test', roles: ['admin'] };

/** The context of one request that came by no server. */
export function createTestContext(
  catalogue: Catalogue,
  {
    viewer = testViewer,
    request = catalogue.open(viewer),
    facts = createRequestFacts(),
    pageLimit = 100,
  }: Partial<Pick<Context, 'viewer' | 'request' | 'facts' | 'pageLimit'>> = {},
): Context {
  return {
    viewer,
    request,
    ...catalogue.useCases,
    end: () => undefined,
    follow: null,
    logIn: () => Promise.reject(new GatewayError('UNAUTHENTICATED', 'There are no accounts here.')),
    clientAddress: '127.0.0.1',
    requestId: 'test',
    facts,
    refusals: [],
    pageLimit,
  };
}
