import { defineEntity, p } from '@mikro-orm/core';
import type { RepositoryGlob } from '../../domain/glob.js';
import type { Right } from '../../domain/grant.js';
import { Account, Token } from './account.js';
import { Registry } from './registry.js';

/** Accounts that are given rights together. */
export const TeamSchema = defineEntity({
  name: 'Team',
  properties: {
    id: p.uuid().primary(),
    /** As an account's name is written. */
    name: p.text().unique(),
    description: p.text().default(''),
    createdAt: p.datetime(3),
  },
});
export class Team extends TeamSchema.class {}
TeamSchema.setClass(Team);

export const TeamMemberSchema = defineEntity({
  name: 'TeamMember',
  properties: {
    team: () => p.manyToOne(Team).primary().ref().index(false).deleteRule('cascade'),
    account: () => p.manyToOne(Account).primary().ref().deleteRule('cascade'),
  },
});
export class TeamMember extends TeamMemberSchema.class {}
TeamMemberSchema.setClass(TeamMember);

/** A right in a place, of one holder: an account, a team or a token. `grant` is a word of SQL. */
export const AccessGrantSchema = defineEntity({
  name: 'AccessGrant',
  properties: {
    id: p.uuid().primary(),
    account: () => p.manyToOne(Account).ref().nullable().deleteRule('cascade'),
    team: () => p.manyToOne(Team).ref().nullable().deleteRule('cascade'),
    token: () => p.manyToOne(Token).ref().nullable().deleteRule('cascade'),
    /** null: of every registry. */
    registry: () => p.manyToOne(Registry).ref().nullable().deleteRule('cascade'),
    repositories: p.text().$type<RepositoryGlob>(),
    accessRight: p.text().$type<Right>(),
    /** As the audit log names who does things. */
    givenBy: p.text(),
    givenAt: p.datetime(3),
  },
});
export class AccessGrant extends AccessGrantSchema.class {}
AccessGrantSchema.setClass(AccessGrant);
