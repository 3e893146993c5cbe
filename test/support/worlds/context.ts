import type { Catalogue } from '../../../src/catalogue/catalogue.js';
import type { Viewer } from '../../../src/domain/account.js';
import { createRequestFacts } from '../../../src/domain/requestfacts.js';
import { type AccountUseCases, createAccountUseCases } from '../../../src/auth/usecases.js';
import { GatewayError } from '../../../src/errors.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import { describeGateway } from '../../../src/gatewayfacts.js';
import { createBrand } from '../../../src/pages/brand.js';
import type { Database } from '../../../src/store/database/database.js';
import type { Context } from '../../../src/graphql/context.js';

/** May do everything. */
export const testViewer: Viewer = { accountId: 'test', username: 'test', roles: ['admin'] };

/** Use cases of accounts, on a database; none has a password there. */
export function createTestIdentity(database: Database, clock: () => Date): AccountUseCases {
  const refuse = () => Promise.reject(new GatewayError('UNAUTHENTICATED', 'There are no passwords here.'));
  const hasher = { hash: async (password: string) => `hash of ${password}`, verify: async () => false };
  return createAccountUseCases({ accounts: new AccountStore(database, clock), hasher, clock, checkPassword: refuse });
}

/** For what asks nothing of accounts. */
const nobody = {} as AccountUseCases;

const testGateway = describeGateway({}, createBrand(), null);

/** The context of one request that came by no server. */
export function createTestContext(
  catalogue: Catalogue,
  {
    viewer = testViewer,
    request = catalogue.open(viewer),
    facts = createRequestFacts(),
    pageLimit = 100,
    identity = nobody,
  }: Partial<Pick<Context, 'viewer' | 'request' | 'facts' | 'pageLimit' | 'identity'>> = {},
): Context {
  return {
    viewer,
    request,
    ...catalogue.useCasesFor(viewer),
    end: () => undefined,
    follow: null,
    logIn: () => Promise.reject(new GatewayError('UNAUTHENTICATED', 'There are no accounts here.')),
    identity,
    gateway: testGateway,
    session: { open: () => () => undefined, clear: () => undefined },
    clientAddress: '127.0.0.1',
    requestId: 'test',
    facts,
    refusals: [],
    pageLimit,
  };
}
