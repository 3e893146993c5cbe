// Written by "npm run operations" from schema.graphql and src/console/operations/retention.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** A repository in which to delete what the rules of retention let go; or a registry: in all its repositories that a rule names, one after the other. */
export type ApplyRetentionInput = {
  /** Only say what would go. Null is refused: it could mean either. */
  readonly dryRun?: boolean;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The token of a preview by the registry's own rules, of the same place: refused if anything has changed since. A run over a registry then deletes none but the tags that were shown, as long as they point to the same. */
  readonly planToken?: string | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
};

/** Why retention keeps a tag. */
export type KeepReason =
  /** It is a signature or a fallback tag, and belongs to another image. */
  | 'HIDDEN'
  /** Its image is a platform of an index that is kept. */
  | 'INDEX_CHILD'
  /** It is one of the last: `keepLast`. */
  | 'LAST'
  /** A pattern names it: `keepMatching`. */
  | 'MATCHING'
  /** No rule is about it. */
  | 'NO_RULE'
  /** A rule of protection names it. */
  | 'PROTECTED'
  /** It is a version within the range: `keepSemver`. */
  | 'SEMVER'
  /** A rule goes by time, and its time is not known well enough: it was there before the gateway looked, and its image says none, or none that can be right. */
  | 'UNDATED'
  /** Its image could not be read. */
  | 'UNREAD'
  /** A rule goes by versions (`keepSemver`), and it looks like one that no range can be asked about: `1.2.3.4`, `22.04-slim`, `release-1.2`. */
  | 'VERSION_UNCLEAR'
  /** It changed lately: `keepYoungerThan`. */
  | 'YOUNGER';

/** Which tags to keep of the repositories that `repository` names. It must have a condition. Upper and lower case differ; `*` is any text, `?` any one character. */
export type RetentionRuleInput = {
  /** How many of them to keep, those that changed last: 1 to 10,000. Of tags of one time the highest version is the last. */
  readonly keepLast?: number | null | undefined;
  /** Keep those that one of these patterns names: 20 at the most. */
  readonly keepMatching?: ReadonlyArray<string> | null | undefined;
  /** Keep versions within this range, as npm writes it: `>=2` or `^1.4`. */
  readonly keepSemver?: string | null | undefined;
  /** Keep those that changed within so many days: 1 to 36,500. */
  readonly keepYoungerThan?: number | null | undefined;
  /** A pattern of full names: `team/*` names `team/app` and `team/a/b`, but not `team`. */
  readonly repository: string;
  /** A pattern of the tags the rule is about. Every tag when left out; tags that no rule is about stay. */
  readonly tags?: string | null | undefined;
};

/** The rules by which tags of a registry may be deleted by themselves, and how often. A field that is left out stays as it is. */
export type SetRetentionInput = {
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** Run every so many hours, the first time at once: 1 to 8,760; null: only when asked to, which is so at first. */
  readonly intervalHours?: number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** All rules anew, 20 at the most: those it has now are replaced. An empty list leaves none. */
  readonly rules?: ReadonlyArray<RetentionRuleInput> | null | undefined;
};

export type RetentionQueryVariables = Exact<{
  registry: string;
}>;


export type RetentionQuery = { readonly registry: { readonly id: string, readonly name: string, readonly readOnly: boolean, readonly viewerCanSetRetention: boolean, readonly viewerCanApplyRetention: boolean, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepYoungerThan: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null }> } } | null, readonly registryRetentionPreview: { readonly ruledRepositoryCount: number, readonly unreadRepositoryCount: number, readonly confirmedAt: string | null, readonly goingTagCount: number, readonly keptTagCount: number, readonly repositoryCount: number, readonly bytes: number, readonly repositories: ReadonlyArray<{ readonly bytes: number, readonly goingTagCount: number, readonly keptTagCount: number, readonly repository: { readonly id: string, readonly name: string } }> } | null };

export type RetentionTriedQueryVariables = Exact<{
  registry: string;
  rules?: ReadonlyArray<RetentionRuleInput> | RetentionRuleInput | null | undefined;
}>;


export type RetentionTriedQuery = { readonly registryRetentionPreview: { readonly ruledRepositoryCount: number, readonly unreadRepositoryCount: number, readonly confirmedAt: string | null, readonly goingTagCount: number, readonly keptTagCount: number, readonly repositoryCount: number, readonly bytes: number, readonly repositories: ReadonlyArray<{ readonly bytes: number, readonly goingTagCount: number, readonly keptTagCount: number, readonly repository: { readonly id: string, readonly name: string } }> } | null };

export type RetentionReasonsQueryVariables = Exact<{
  registry: string;
  repository: string;
  rules?: ReadonlyArray<RetentionRuleInput> | RetentionRuleInput | null | undefined;
}>;


export type RetentionReasonsQuery = { readonly retentionPreview: { readonly keptCount: number, readonly kept: ReadonlyArray<{ readonly reasons: ReadonlyArray<KeepReason>, readonly tag: { readonly id: string, readonly name: string } }>, readonly plan: { readonly tagCount: number, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> } | null } | null };

export type RetentionPlanQueryVariables = Exact<{
  registry: string;
}>;


export type RetentionPlanQuery = { readonly registryRetentionPreview: { readonly token: string, readonly secondsLeft: number, readonly goingTagCount: number, readonly keptTagCount: number, readonly repositoryCount: number, readonly bytes: number } | null };

export type SetRetentionMutationVariables = Exact<{
  input: SetRetentionInput;
}>;


export type SetRetentionMutation = { readonly setRetention: { readonly registry: { readonly id: string } | null, readonly userErrors: ReadonlyArray<
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

export type ApplyRetentionMutationVariables = Exact<{
  input: ApplyRetentionInput;
}>;


export type ApplyRetentionMutation = { readonly applyRetention: { readonly job: { readonly id: string } | null, readonly userErrors: ReadonlyArray<
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

export type RetentionNumbersFragment = { readonly goingTagCount: number, readonly keptTagCount: number, readonly repositoryCount: number, readonly bytes: number };

export type RetentionPreviewedFragment = { readonly ruledRepositoryCount: number, readonly unreadRepositoryCount: number, readonly confirmedAt: string | null, readonly goingTagCount: number, readonly keptTagCount: number, readonly repositoryCount: number, readonly bytes: number, readonly repositories: ReadonlyArray<{ readonly bytes: number, readonly goingTagCount: number, readonly keptTagCount: number, readonly repository: { readonly id: string, readonly name: string } }> };

export const retention: Operation<RetentionQuery, RetentionQueryVariables> = {
  text: "query Retention($registry:String!){registry(name:$registry){id name readOnly viewerCanSetRetention viewerCanApplyRetention retention{intervalHours lastRunAt rules{repository tags keepLast keepYoungerThan keepMatching keepSemver}}}registryRetentionPreview(registry:$registry){...RetentionPreviewed}}fragment RetentionPreviewed on RegistryRetentionPreview{...RetentionNumbers ruledRepositoryCount unreadRepositoryCount confirmedAt repositories(first:50){bytes goingTagCount keptTagCount repository{id name}}}fragment RetentionNumbers on RegistryRetentionPreview{goingTagCount keptTagCount repositoryCount bytes}",
};

export const retentionTried: Operation<RetentionTriedQuery, RetentionTriedQueryVariables> = {
  text: "query RetentionTried($registry:String!$rules:[RetentionRuleInput!]){registryRetentionPreview(registry:$registry rules:$rules){...RetentionPreviewed}}fragment RetentionPreviewed on RegistryRetentionPreview{...RetentionNumbers ruledRepositoryCount unreadRepositoryCount confirmedAt repositories(first:50){bytes goingTagCount keptTagCount repository{id name}}}fragment RetentionNumbers on RegistryRetentionPreview{goingTagCount keptTagCount repositoryCount bytes}",
};

export const retentionReasons: Operation<RetentionReasonsQuery, RetentionReasonsQueryVariables> = {
  text: "query RetentionReasons($registry:String!$repository:String!$rules:[RetentionRuleInput!]){retentionPreview(registry:$registry repository:$repository rules:$rules){keptCount kept(first:50){reasons tag{id name}}plan{tagCount tags(first:50){id name}}}}",
};

export const retentionPlan: Operation<RetentionPlanQuery, RetentionPlanQueryVariables> = {
  text: "query RetentionPlan($registry:String!){registryRetentionPreview(registry:$registry){...RetentionNumbers token secondsLeft}}fragment RetentionNumbers on RegistryRetentionPreview{goingTagCount keptTagCount repositoryCount bytes}",
};

export const setRetention: Operation<SetRetentionMutation, SetRetentionMutationVariables> = {
  text: "mutation SetRetention($input:SetRetentionInput!){setRetention(input:$input){registry{id}userErrors{message path}}}",
};

export const applyRetention: Operation<ApplyRetentionMutation, ApplyRetentionMutationVariables> = {
  text: "mutation ApplyRetention($input:ApplyRetentionInput!){applyRetention(input:$input){job{id}userErrors{message path}}}",
};
