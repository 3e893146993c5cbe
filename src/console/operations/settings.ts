// Written by "npm run operations" from schema.graphql and src/console/operations/settings.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type SettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsQuery = { readonly gateway: { readonly version: string, readonly publicUrl: string | null, readonly signOn: string | null, readonly branding: { readonly name: string | null, readonly accent: string | null, readonly logo: string | null }, readonly links: { readonly explorer: string, readonly documentation: string, readonly reference: string, readonly openapi: string, readonly schema: string }, readonly kept: { readonly jobDays: number, readonly auditDays: number | null, readonly eventDays: number, readonly historyDays: number }, readonly limits: { readonly requests: number, readonly streams: number, readonly answer: number, readonly operationTime: number, readonly pageSize: number, readonly deletedTags: number } } | null };

export const settings: Operation<SettingsQuery, SettingsQueryVariables> = {
  text: "query Settings{gateway{version publicUrl signOn branding{name accent logo}links{explorer documentation reference openapi schema}kept{jobDays auditDays eventDays historyDays}limits{requests streams answer operationTime pageSize deletedTags}}}",
};
