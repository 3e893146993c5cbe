/** Accounts that are given rights together. */
export interface TeamFacts {
  readonly id: string;
  /** As an account's name is written. */
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
}

/** Teams, members of one, and teams that an account is in. */
export const maxTeams = { all: 1000, members: 500, ofAccount: 10 } as const;

/** Characters of a team's description. */
export const maxTeamDescription = 200;
