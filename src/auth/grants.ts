import type DataLoader from 'dataloader';
import { assertAllowed, isAllowed } from '../catalogue/access.js';
import type { MutationContext } from '../catalogue/audit.js';
import type { RequestContext } from '../catalogue/context.js';
import { createBatchLoader } from '../catalogue/loaders/batchloader.js';
import { isUsername, listRights } from '../domain/account.js';
import { parseRepositoryGlob } from '../domain/glob.js';
import { coversGrant, type GivenGrant, type GrantHolder, type Right } from '../domain/grant.js';
import { quote } from '../domain/name.js';
import { badInput } from '../errors.js';
import type { AccountStore } from '../store/accounts/accounts.js';
import { giveGrant, type HolderKey, readGrantsOf, takeGrant } from '../store/accounts/grants.js';
import { withStorage } from '../store/file/errors.js';

export interface GrantParts {
  readonly accounts: AccountStore;
  readonly clock: () => Date;
}

export interface WantedGrant {
  readonly holder: GrantHolder;
  /** null: of every registry. */
  readonly registryId: string | null;
  readonly repositories: string;
  readonly right: Right;
}

/** Ids that one statement takes. */
const mostIds = 500;

/** Rights in places, which admins give to accounts and teams. */
export class GrantKeeping {
  readonly #parts: GrantParts;
  /** Reads those of many holders of one tick together; whoever asks was shown the holders. */
  readonly #loader: DataLoader<HolderId, readonly GivenGrant[], string>;

  constructor(parts: GrantParts) {
    this.#parts = parts;
    this.#loader = createBatchLoader<HolderId, readonly GivenGrant[]>({
      keyOf: ({ id }) => id,
      kindOf: ({ column }) => column,
      load: (holders) => this.#load(holders),
      isKept: false,
    });
  }

  /** Of an account, a team or a token, by its id: those given to itself, in the order of their places. */
  listOf(column: HolderKey, id: string): Promise<readonly GivenGrant[]> {
    return this.#loader.load({ column, id });
  }

  /**
   * Of an account, as `listOf`, as far as whoever asks has them: a token that was made with less is told of no more.
   */
  async listOfAccount({ viewer }: RequestContext, id: string): Promise<readonly GivenGrant[]> {
    const grants = await this.listOf('account_id', id);
    if (viewer === null || isAllowed(viewer, 'oversee')) return grants;
    const rights = listRights(viewer);
    return grants.filter((grant) => coversGrant(rights, grant));
  }

  /**
   * Gives a right in a place, for the one that the holder had in the same place. Counts on the next request, and on
   * open streams within a second. Throws FORBIDDEN for all but admins and for too many, NOT_FOUND, BAD_USER_INPUT.
   */
  async give({ viewer, deed }: MutationContext, wanted: WantedGrant): Promise<GivenGrant> {
    assertAllowed(viewer, 'administer');
    const { holder, registryId, right } = wanted;
    assertHolder(holder);
    const repositories = parseRepositoryGlob(wanted.repositories, 'input', 'repositories');
    const { accounts, clock } = this.#parts;
    const given = { registryId, repositories, right, givenBy: viewer.username, givenAt: clock() };
    const { grant } = await deed.commit((entry) =>
      accounts.transact((trx) =>
        giveGrant(trx, holder, given, ({ grant, before }) => entry({ details: describeGrant(grant, holder, before) })),
      ),
    );
    return grant;
  }

  /** Takes one back that an account or a team was given. Throws FORBIDDEN for all but admins, NOT_FOUND. */
  async revoke({ viewer, deed }: MutationContext, id: string): Promise<GivenGrant> {
    assertAllowed(viewer, 'administer');
    const { accounts } = this.#parts;
    return deed.commit((entry) =>
      accounts.transact((trx) =>
        takeGrant(trx, id, (grant, holder) => entry({ details: describeGrant(grant, holder, null) })),
      ),
    );
  }

  async #load(holders: readonly HolderId[]): Promise<(readonly GivenGrant[])[]> {
    const { kysely } = this.#parts.accounts;
    const found = new Map<string, readonly GivenGrant[]>();
    for (let from = 0; from < holders.length; from += mostIds) {
      const some = holders.slice(from, from + mostIds);
      const read = await withStorage(() =>
        readGrantsOf(
          kysely,
          some[0]!.column,
          some.map(({ id }) => id),
        ),
      );
      for (const [id, grants] of read) found.set(id, grants);
    }
    return holders.map(({ id }) => found.get(id) ?? []);
  }
}

interface HolderId {
  readonly column: HolderKey;
  readonly id: string;
}

/** As the audit log has it. */
export function describeGrant(
  { id, registryId, repositories, right }: GivenGrant,
  holder: GrantHolder,
  before: Right | null,
): Readonly<Record<string, unknown>> {
  return { grantId: id, ...holder, registryId, repositories, right, ...(before !== null && { before }) };
}

function assertHolder(holder: GrantHolder): void {
  const kind = 'team' in holder ? 'team' : 'account';
  const name = 'team' in holder ? holder.team : holder.account;
  if (isUsername(name)) return;
  throw badInput(`${quote(name)} is no name of ${kind === 'team' ? 'a team' : 'an account'}.`, 'input', kind);
}
