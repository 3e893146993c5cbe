import { defineEntity, p } from '@mikro-orm/core';
import type { Preferences } from '../../domain/preferences.js';

export const AccountSchema = defineEntity({
  name: 'Account',
  uniques: [{ properties: ['issuer', 'subject'] }],
  properties: {
    id: p.uuid().primary(),
    username: p.text().unique(),
    /** An argon2id string; null: a machine account, which cannot log in. */
    passwordHash: p.text().nullable(),
    /** Role[]. */
    roles: p.json<string[]>(),
    createdAt: p.datetime(3),
    /** null: it is not. Password and roles stay, for when it is enabled again. */
    disabledAt: p.datetime(3).nullable(),
    /** Of a one-time password, which is only good for changing it; null: the password lasts, or there is none. */
    passwordExpiresAt: p.datetime(3).nullable(),
    /** Of somebody whom a provider of single sign-on lets in, its issuer; null: nobody of a provider. */
    issuer: p.text().nullable(),
    /** `sub` there, which is nobody else's; null as the issuer is. */
    subject: p.text().nullable(),
  },
});
export class Account extends AccountSchema.class {}
AccountSchema.setClass(Account);

/**
 * A token of an account, or a service key that the account made. `id` is the accessor: it names a token in lists and
 * when revoking, and opens nothing.
 */
export const TokenSchema = defineEntity({
  name: 'Token',
  indexes: [{ properties: ['madeBy'] }, { properties: ['createdAt', 'id'] }],
  properties: {
    id: p.uuid().primary(),
    account: () => p.manyToOne(Account).ref().deleteRule('cascade'),
    /** SHA-256 of the token's text, hex. */
    hash: p.text().unique(),
    label: p.text(),
    /** Role[]; what counts is their intersection with the account's. */
    roles: p.json<string[]>(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3),
    lastUsedAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
    /** TokenKind. */
    kind: p.text().default('TOKEN'),
    /** The address that it was last used from, to the minute as `lastUsedAt` is. */
    lastUsedFrom: p.text().nullable(),
    /** The id of the token that it was asked for with, which may be gone; null: none of the API. */
    madeBy: p.uuid().nullable(),
  },
});
export class Token extends TokenSchema.class {}
TokenSchema.setClass(Token);

/** How the account's owner wants the console: one row, from the first change on. */
export const PreferencesSchema = defineEntity({
  name: 'Preferences',
  properties: {
    account: () => p.manyToOne(Account).primary().ref().index(false).deleteRule('cascade'),
    chosen: p.json<Preferences>(),
    /** Raised with each change. */
    version: p.integer(),
    changedAt: p.datetime(3),
  },
});
export class PreferencesRow extends PreferencesSchema.class {}
PreferencesSchema.setClass(PreferencesRow);

/** Facts about this installation: the key canary, the instance's id. */
export const SettingSchema = defineEntity({
  name: 'Setting',
  properties: { key: p.text().primary(), value: p.text() },
});
export class Setting extends SettingSchema.class {}
SettingSchema.setClass(Setting);
