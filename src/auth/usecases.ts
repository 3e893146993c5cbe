import { AccountAdministration } from './accounts.js';
import { GrantKeeping } from './grants.js';
import { PasswordChanging, type PasswordChangeParts } from './passwordchange.js';
import { PreferenceKeeping } from './preferences.js';
import { TeamKeeping } from './teams.js';
import { TokenKeeping } from './tokens.js';

/** The use cases of accounts, passwords, tokens, grants, teams and preferences. */
export interface AccountUseCases {
  readonly administration: AccountAdministration;
  readonly passwords: PasswordChanging;
  readonly tokens: TokenKeeping;
  readonly grants: GrantKeeping;
  readonly teams: TeamKeeping;
  readonly preferences: PreferenceKeeping;
}

/** Made once. */
export function createAccountUseCases(parts: PasswordChangeParts): AccountUseCases {
  return {
    administration: new AccountAdministration(parts),
    passwords: new PasswordChanging(parts),
    tokens: new TokenKeeping(parts),
    grants: new GrantKeeping(parts),
    teams: new TeamKeeping(parts),
    preferences: new PreferenceKeeping(parts),
  };
}
