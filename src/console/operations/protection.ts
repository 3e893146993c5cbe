// Written by "npm run operations" from schema.graphql and src/console/operations/protection.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Deletions that wait for a second person: those that take more than `above` tags from a repository. */
export type ApprovalRuleInput = {
  /** Tags that somebody deletes alone from one repository within 24 hours: 0 to 1,000,000. */
  readonly above: number;
  /** Days that a deletion waits, 1 to 30: then it is cancelled. */
  readonly days?: number | null | undefined;
  /** A pattern of full names, as in `ProtectionRuleInput`. Every repository when left out. */
  readonly repository?: string | null | undefined;
};

/** Tags to protect: those of the repositories that `repository` names which `tag` names. Upper and lower case differ. */
export type ProtectionRuleInput = {
  /** A pattern of full names: `team/*` names `team/app` and `team/a/b`, but not `team`. Every repository when left out. */
  readonly repository?: string | null | undefined;
  /** A pattern of tags: `latest`, `v*`, `release-?`. Every tag when left out. */
  readonly tag?: string | null | undefined;
};

/** The rules that keep tags of a registry from being deleted, or from being deleted by one person alone. A field that is left out stays as it is. */
export type SetProtectionInput = {
  /** All rules of approval anew, 100 at the most: those it has now are replaced. An empty list leaves none. What waits already goes on waiting. */
  readonly approvals?: ReadonlyArray<ApprovalRuleInput> | null | undefined;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** Delete and put back nothing there, whatever the rules say. */
  readonly readOnly?: boolean | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** All rules anew, 100 at the most: those it has now are replaced. An empty list leaves none. */
  readonly rules?: ReadonlyArray<ProtectionRuleInput> | null | undefined;
};

export type ProtectionQueryVariables = Exact<{
  registry: string;
}>;


export type ProtectionQuery = { readonly registry: { readonly id: string, readonly name: string, readonly readOnly: boolean, readonly viewerCanProtect: boolean, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }> } | null, readonly protectionPreview: { readonly confirmedAt: string | null, readonly protectedTagCount: number, readonly protectedRepositoryCount: number, readonly addedTagCount: number, readonly releasedTagCount: number, readonly unreadRepositoryCount: number, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly protectedTagCount: number, readonly addedTagCount: number, readonly releasedTagCount: number, readonly repository: { readonly id: string, readonly name: string }, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> }> } | null };

export type ProtectionTriedQueryVariables = Exact<{
  registry: string;
  rules: ReadonlyArray<ProtectionRuleInput> | ProtectionRuleInput;
}>;


export type ProtectionTriedQuery = { readonly protectionPreview: { readonly confirmedAt: string | null, readonly protectedTagCount: number, readonly protectedRepositoryCount: number, readonly addedTagCount: number, readonly releasedTagCount: number, readonly unreadRepositoryCount: number, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly protectedTagCount: number, readonly addedTagCount: number, readonly releasedTagCount: number, readonly repository: { readonly id: string, readonly name: string }, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> }> } | null };

export type SetProtectionMutationVariables = Exact<{
  input: SetProtectionInput;
}>;


export type SetProtectionMutation = { readonly setProtection: { readonly registry: { readonly id: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ProtectionPreviewedFragment = { readonly confirmedAt: string | null, readonly protectedTagCount: number, readonly protectedRepositoryCount: number, readonly addedTagCount: number, readonly releasedTagCount: number, readonly unreadRepositoryCount: number, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly protectedTagCount: number, readonly addedTagCount: number, readonly releasedTagCount: number, readonly repository: { readonly id: string, readonly name: string }, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> }> };

export const protection: Operation<ProtectionQuery, ProtectionQueryVariables> = {
  text: "query Protection($registry:String!){registry(name:$registry){id name readOnly viewerCanProtect protection{repository tag}}protectionPreview(registry:$registry){...ProtectionPreviewed}}fragment ProtectionPreviewed on ProtectionPreview{confirmedAt protectedTagCount protectedRepositoryCount addedTagCount releasedTagCount unreadRepositoryCount repositories(first:50){repository{id name}tagCount protectedTagCount addedTagCount releasedTagCount tags(first:20){id name}}}",
};

export const protectionTried: Operation<ProtectionTriedQuery, ProtectionTriedQueryVariables> = {
  text: "query ProtectionTried($registry:String!$rules:[ProtectionRuleInput!]!){protectionPreview(registry:$registry rules:$rules){...ProtectionPreviewed}}fragment ProtectionPreviewed on ProtectionPreview{confirmedAt protectedTagCount protectedRepositoryCount addedTagCount releasedTagCount unreadRepositoryCount repositories(first:50){repository{id name}tagCount protectedTagCount addedTagCount releasedTagCount tags(first:20){id name}}}",
};

export const setProtection: Operation<SetProtectionMutation, SetProtectionMutationVariables> = {
  text: "mutation SetProtection($input:SetProtectionInput!){setProtection(input:$input){registry{id}userErrors{message path}}}",
};
