import { AccountAdministration } from './accounts.js';
import { PasswordChanging, type PasswordChangeParts } from './passwordchange.js';
import { TokenKeeping } from './tokens.js';

/** The use cases of accounts, passwords and tokens. */
export interface AccountUseCases {
  readonly administration: AccountAdministration;
  readonly passwords: PasswordChanging;
  readonly tokens: TokenKeeping;
}

/** Made once. */
export function createAccountUseCases(parts: PasswordChangeParts): AccountUseCases {
  return {
    administration: new AccountAdministration(parts),
    passwords: new PasswordChanging(parts),
    tokens: new TokenKeeping(parts),
  };
}
