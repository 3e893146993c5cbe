import type DataLoader from 'dataloader';
import { assertAllowed, isAllowed } from '../catalogue/access.js';
import type { MutationContext } from '../catalogue/audit.js';
import type { RequestContext } from '../catalogue/context.js';
import { createBatchLoader } from '../catalogue/loaders/batchloader.js';
import { hasAllOf, isUsername } from '../domain/account.js';
import { quote } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import { maxTeamDescription, maxTeams, type TeamFacts } from '../domain/grant.js';
import { badInput, notFound } from '../errors.js';
import { readHeldGrants } from '../store/accounts/grants.js';
import {
  findTeam,
  insertTeam,
  pageTeams,
  readMembers,
  readTeamsOf,
  removeTeam,
  type TeamChanges,
  updateTeam,
} from '../store/accounts/teams.js';
import { withStorage } from '../store/file/errors.js';
import type { GrantParts } from './grants.js';

export interface WantedTeam {
  readonly name: string;
  readonly description: string;
  /** Accounts, by their names. */
  readonly members: readonly string[];
}

type Names = DataLoader<string, readonly string[], string>;

/** Teams, which admins make: accounts that are given rights together. */
export class TeamKeeping {
  readonly #parts: GrantParts;
  readonly #members: Names;
  readonly #teams: Names;

  constructor(parts: GrantParts) {
    this.#parts = parts;
    this.#members = createNames((ids) => readMembers(parts.accounts.kysely, ids));
    this.#teams = createNames((ids) => readTeamsOf(parts.accounts.kysely, ids));
  }

  /** By name. Throws FORBIDDEN for all but admins, BAD_USER_INPUT. */
  async list({ viewer }: RequestContext, page: PageRequest): Promise<Page<TeamFacts>> {
    assertAllowed(viewer, 'oversee');
    return pageTeams(this.#parts.accounts.kysely, page);
  }

  /** Throws FORBIDDEN for all but admins, NOT_FOUND. */
  async find({ viewer }: RequestContext, name: string): Promise<TeamFacts> {
    assertAllowed(viewer, 'oversee');
    const team = isUsername(name) ? await withStorage(() => findTeam(this.#parts.accounts.kysely, name)) : null;
    if (team) return team;
    throw notFound(`There is no team ${quote(name)}.`);
  }

  /** The names of a team's accounts, by its id, in their order; whoever asks was shown the team. */
  membersOf(teamId: string): Promise<readonly string[]> {
    return this.#members.load(teamId);
  }

  /**
   * The names of an account's teams, by its id, in their order; whoever asks was shown the account. None to a token
   * that has not all that its account has by grants: its teams are where the rest comes from.
   */
  async teamsOf({ viewer }: RequestContext, accountId: string): Promise<readonly string[]> {
    if (viewer !== null && !isAllowed(viewer, 'oversee')) {
      const held = await withStorage(() => readHeldGrants(this.#parts.accounts.kysely, accountId));
      if (!hasAllOf(viewer, { roles: [], grants: held })) return [];
    }
    return this.#teams.load(accountId);
  }

  /** Throws FORBIDDEN for all but admins and for too many, CONFLICT, NOT_FOUND for a member, BAD_USER_INPUT. */
  async create({ viewer, deed }: MutationContext, wanted: WantedTeam): Promise<TeamFacts> {
    assertAllowed(viewer, 'administer');
    const { name, description, members } = wanted;
    if (!isUsername(name))
      throw badInput('"name" must be 1 to 64 of a-z, 0-9, ".", "_", "@" and "-".', 'input', 'name');
    assertDescription(description);
    assertCount(members, 'members');
    const { accounts, clock } = this.#parts;
    return deed.commit((entry) =>
      accounts.transact((trx) => insertTeam(trx, wanted, clock(), entry({ details: { team: name, members } }))),
    );
  }

  /** A field that is absent stays; it counts on the next request. Throws as `create` does, NOT_FOUND for the team. */
  async change({ viewer, deed }: MutationContext, name: string, changes: TeamChanges): Promise<TeamFacts> {
    assertAllowed(viewer, 'administer');
    const { description, added = [], removed = [] } = changes;
    if (description !== undefined) assertDescription(description);
    assertCount(added, 'addMembers');
    assertCount(removed, 'removeMembers');
    const both = added.find((one) => removed.includes(one));
    if (both !== undefined)
      throw badInput(`${quote(both)} is in "addMembers" and in "removeMembers".`, 'input', 'removeMembers');
    const details = { team: nameTeam(name), ...changes };
    return deed.commit((entry) =>
      this.#parts.accounts.transact((trx) => updateTeam(trx, name, changes, entry({ details }))),
    );
  }

  /** Its grants go with it. Throws FORBIDDEN for all but admins, NOT_FOUND. */
  async remove({ viewer, deed }: MutationContext, name: string): Promise<TeamFacts> {
    assertAllowed(viewer, 'administer');
    return deed.commit((entry) =>
      this.#parts.accounts.transact((trx) => removeTeam(trx, name, entry({ details: { team: nameTeam(name) } }))),
    );
  }
}

/** Reads for many ids of one tick together. */
function createNames(read: (ids: readonly string[]) => Promise<Map<string, readonly string[]>>): Names {
  return createBatchLoader<string, readonly string[]>({
    keyOf: (id) => id,
    async load(ids) {
      const found = new Map<string, readonly string[]>();
      for (let from = 0; from < ids.length; from += mostIds) {
        const some = ids.slice(from, from + mostIds);
        for (const [id, names] of await withStorage(() => read(some))) found.set(id, names);
      }
      return ids.map((id) => found.get(id) ?? []);
    },
    isKept: false,
  });
}

/** Ids that one statement takes. */
const mostIds = 500;

/** A team as an entry's details name it. */
export function nameTeam(name: string): string {
  return isUsername(name) ? name : quote(name);
}

function assertDescription(text: string): void {
  if (text.length <= maxTeamDescription) return;
  const what = `"description" takes up to ${maxTeamDescription} characters, got ${text.length}.`;
  throw badInput(what, 'input', 'description');
}

function assertCount(names: readonly string[], field: string): void {
  if (names.length <= maxTeams.members) return;
  throw badInput(`"${field}" takes up to ${maxTeams.members} names, got ${names.length}.`, 'input', field);
}
