// Written by "npm run operations" from schema.graphql and src/console/operations/deletion.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Which tags of all registries: those that fit every field given. */
export type AnyTagFilter = {
  /** Artifacts of this media type, exactly. */
  readonly artifactType?: string | null | undefined;
  /** Those that point to it themselves. */
  readonly digest?: string | null | undefined;
  /** A pattern of the whole tag: `*` is any text, `?` any character, up to 128 characters and ten `*`. */
  readonly glob?: string | null | undefined;
  /** Also signatures, attestations and fallback tags of referrers. */
  readonly includeReferrers?: boolean | null | undefined;
  /** Those that point to one of these kinds of things. */
  readonly kinds?: ReadonlyArray<ImageKind> | null | undefined;
  /** With this label, on the image or on one of its platforms. */
  readonly label?: KeyValueInput | null | undefined;
  /** A part of the tag; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** Only in repositories of this namespace, and none below it; empty: in those whose name has no slash. */
  readonly namespace?: string | null | undefined;
  /** Images for this platform, and indexes that have one. */
  readonly platform?: PlatformInput | null | undefined;
  /** Only in these registries: names, or UUIDs; 100 at the most. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Only repositories whose full name one of these patterns names: `*` is any text, slashes too, `?` any character, with ten "*" at the most; up to 20 patterns. */
  readonly repositoryGlobs?: ReadonlyArray<string> | null | undefined;
  /** A range of versions as npm writes it: `>=1.2 <2`. Tags that are no version are left out. */
  readonly semver?: string | null | undefined;
  /** So many bytes, as `Tag.size` has them, or more. A size that is not known is left out. */
  readonly sizeAtLeast?: number | null | undefined;
  /** So many bytes, as `Tag.size` has them, or less. A size that is not known is left out. */
  readonly sizeAtMost?: number | null | undefined;
  /** Updated after this. */
  readonly updatedAfter?: string | null | undefined;
  /** Updated before this. */
  readonly updatedBefore?: string | null | undefined;
};

/** A repository to delete, with every tag and image in it. */
export type DeleteRepositoryInput = {
  /** Only say what would go. Null is refused: it could mean either. */
  readonly dryRun?: boolean;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /**
   * The repository's full name.
   * @deprecated Use `repository`: every input calls it that.
   */
  readonly name?: string | null | undefined;
  /** The token of a dry run: refused if anything has changed since. */
  readonly planToken?: string | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
  /** Answer when it is done, or after eight seconds; false: as soon as the job has begun. */
  readonly wait?: boolean | null | undefined;
};

/** Tags to delete from any number of repositories, and no others: tags on the same image stay. */
export type DeleteSelectionInput = {
  /** Only say what would go. Null is refused: it could mean either. */
  readonly dryRun?: boolean;
  /** With `filter`: ids of tags that stay though they fit: up to 10,000. */
  readonly except?: ReadonlyArray<string | number> | null | undefined;
  /** The tags that fit it, as `tags` lists them: up to 10,000, in up to 500 repositories. It says where: by `registries`, `namespace` or `repositoryGlobs`. Protected tags are left out, and counted. */
  readonly filter?: AnyTagFilter | null | undefined;
  /** The token of a dry run, without which nothing is deleted: refused if anything has changed since. */
  readonly planToken?: string | null | undefined;
  /** In place of `filter`, or beside `tags`: the ids of repositories, up to 500, of which all tags go. */
  readonly repositories?: ReadonlyArray<string | number> | null | undefined;
  /** In place of `filter`: the ids of the tags, up to 10,000, in up to 500 repositories. One that is not there is passed over. */
  readonly tags?: ReadonlyArray<string | number> | null | undefined;
};

/** Tags to delete, and no others: tags on the same image stay. */
export type DeleteTagsInput = {
  /** Only say what would go. Null is refused: it could mean either. */
  readonly dryRun?: boolean;
  /** Tags that stay though they fit `filter`: up to 10,000. */
  readonly except?: ReadonlyArray<string> | null | undefined;
  /** How many tags it is about, those of `withSiblings` not counted: of another number nothing is deleted, and the plan says how many there are now. */
  readonly expectedCount?: number | null | undefined;
  /** The tags that fit it, in place of `tags`, as `Repository.tags` lists them: up to 10,000. Executing it takes `expectedCount`. */
  readonly filter?: TagFilter | null | undefined;
  /** Ids of tags of one repository, 1 to 500: instead of all names. */
  readonly ids?: ReadonlyArray<string | number> | null | undefined;
  /** The token of a dry run: refused if anything has changed since. */
  readonly planToken?: string | null | undefined;
  /** The registry's name, or its UUID: instead of `ids`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
  /** The tags, 1 to 500, beside `registry` and `repository`. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** Answer when it is done, or after eight seconds; false: as soon as the job has begun. */
  readonly wait?: boolean | null | undefined;
  /** Delete the images of these tags whole, with every other tag on them: see `alsoRemovedTags` of the plan, whose token is needed then. */
  readonly withSiblings?: boolean | null | undefined;
};

/** Why something cannot be deleted. What a registry locks by rules of its own shows when it is tried only. */
export type DeletionBlockerReason =
  /** The registry lets the account that the gateway has there delete nothing, as it said when it was last asked. */
  | 'ACCOUNT_MAY_NOT_DELETE'
  /** The registry deletes nothing, as it said when it was last asked. */
  | 'DELETES_DISABLED'
  /** A rule of `setProtection` protects it. */
  | 'PROTECTED'
  /** An admin has set the registry read-only here. */
  | 'READ_ONLY'
  /** The registry is in its own read-only mode, as it said when it was last asked. */
  | 'REGISTRY_READ_ONLY'
  /** The viewer has no role that may delete. */
  | 'ROLE';

/** The way in which tags go whose image stays. */
export type DeletionMethod =
  /** There are none: every tag goes with its image. */
  | 'MANIFEST_DELETE'
  /** The registry deletes by digest only: a placeholder takes the tag, and is deleted with it. */
  | 'PLACEHOLDER_THEN_DELETE'
  /** The registry deletes single tags. */
  | 'TAG_DELETE'
  /** Nothing can be deleted there now. */
  | 'UNSUPPORTED';

/** A stable code of an error: codes are added, never renamed. */
export type ErrorCode =
  /** The answer would be larger than is allowed. */
  | 'ANSWER_TOO_LARGE'
  /** An argument or a name is not what it must be: `path` says which. */
  | 'BAD_USER_INPUT'
  /** The repository has changed since the plan was made. Nothing was touched. */
  | 'CHANGED_SINCE_PLAN'
  /** It is of another version than the one that was named. Nothing was changed. */
  | 'CHANGED_SINCE_READ'
  /** The name is taken. */
  | 'CONFLICT'
  /** The registry does not delete. Nothing was touched. */
  | 'DELETE_DISABLED'
  /** The registry still has some of it. */
  | 'DELETE_INCOMPLETE'
  /** The registry cannot delete the tag without other tags on the same image. Nothing was touched. */
  | 'DELETE_NOT_EXACT'
  /** The gateway runs the documents that its operator lists, and this is none of them. */
  | 'DOCUMENT_NOT_TRUSTED'
  /** Events after the one that was named are not kept any more, or it is not of this gateway. */
  | 'EVENTS_GONE'
  /** The role for it is missing. */
  | 'FORBIDDEN'
  /** The gateway has a bug: its log has it under the request id. */
  | 'INTERNAL'
  /** Nobody would be left who can log in as an admin. Nothing was changed. */
  | 'LAST_ADMIN'
  /** The provider of single sign-on does not answer, so that its tokens cannot be judged. */
  | 'LOGIN_UNAVAILABLE'
  /** The job waits for no approval, or no longer. Nothing was touched. */
  | 'NOT_AWAITING_APPROVAL'
  /** There is no such thing. */
  | 'NOT_FOUND'
  /** It took too long and was ended. */
  | 'OPERATION_TIMEOUT'
  /** All callers together ask too much just now. */
  | 'OVERLOADED'
  /** No document of this hash or id is known: clients send it with its text then. */
  | 'PERSISTED_QUERY_NOT_FOUND'
  /** The plan's token is too old, of another plan, or not of this gateway. Nothing was touched. */
  | 'PLAN_INVALID'
  /** A rule protects it. Nothing was touched. */
  | 'PROTECTED'
  /** The operation could cost more than is allowed. */
  | 'QUERY_TOO_COMPLEX'
  /** One caller asked too much in too short a time. */
  | 'RATE_LIMITED'
  /** The registry is read-only, here or by its own maintenance mode. Nothing was touched. */
  | 'READ_ONLY'
  /** The session of the cookie was ended, was not used for too long, or ran out. */
  | 'SESSION_OVER'
  /** Another process holds the gateway's database. */
  | 'STORAGE_BUSY'
  /** The gateway's database is damaged. */
  | 'STORAGE_CORRUPT'
  /** The disk of the gateway's database is full. */
  | 'STORAGE_FULL'
  /** The gateway's database was lost as the change was committed: whether it was made is not known. Look first. */
  | 'STORAGE_OUTCOME_UNKNOWN'
  /** The gateway's database cannot be written. */
  | 'STORAGE_READ_ONLY'
  /** There is no token, or it is not valid; or the user name or the password is wrong. */
  | 'UNAUTHENTICATED'
  /** The registry refused the gateway's credentials. */
  | 'UPSTREAM_AUTH'
  /** The registry leads to an address that is never opened, or redirects in a way not followed. */
  | 'UPSTREAM_BLOCKED'
  /** The registry sent something else than its digest says. */
  | 'UPSTREAM_DIGEST_MISMATCH'
  /** More than half of the tags of the registry were gone at once. */
  | 'UPSTREAM_EMPTIED'
  /** The registry failed. */
  | 'UPSTREAM_ERROR'
  /** The registry sent something that cannot be read. */
  | 'UPSTREAM_INVALID'
  /** The registry deletes other images, and locks or protects this one itself. */
  | 'UPSTREAM_LOCKED'
  /** The pages of a list that the registry sent do not end, or do not follow each other. */
  | 'UPSTREAM_PAGINATION'
  /** The proxy on the way refuses. */
  | 'UPSTREAM_PROXY'
  /** The registry limits the requests of the gateway. */
  | 'UPSTREAM_RATE_LIMITED'
  /** The registry sends its clients to a token server that is not allowed. */
  | 'UPSTREAM_REALM_REFUSED'
  /** The registry did not answer in time. */
  | 'UPSTREAM_TIMEOUT'
  /** The registry's certificate is not trusted, or it does not take the gateway's. */
  | 'UPSTREAM_TLS'
  /** The registry sent more than is read. */
  | 'UPSTREAM_TOO_LARGE'
  /** The registry refused the connection or reset it, or its name is not known. */
  | 'UPSTREAM_UNREACHABLE'
  /** The registry cannot do this. */
  | 'UPSTREAM_UNSUPPORTED';

/** The kind of thing that a digest names. */
export type ImageKind =
  /** Something else that is stored as an image: a Helm chart, a signature, an SBOM. */
  | 'ARTIFACT'
  /** One runnable image. */
  | 'IMAGE'
  /** Several images, one for each platform. */
  | 'INDEX'
  /** A leftover of Docker's first schema: its sizes are not known. */
  | 'SCHEMA1'
  /** Something that cannot be read as any of these: its digest, its media type and the size of its manifest are known, and it can be deleted. */
  | 'UNKNOWN';

/** Why an image stays of which a tag goes. */
export type KeptReason =
  /** Tags that stay are on an index that holds it: see `indexTags`. */
  | 'INDEX'
  /** Tags that stay are on it: see `otherTags`. */
  | 'OTHER_TAGS'
  /** Nothing that is known keeps it, and something that could not be read may: see `uncertainties`. */
  | 'UNCERTAIN';

/** One label. */
export type KeyValueInput = {
  /** The key, exactly. */
  readonly key: string;
  /** The value, exactly. */
  readonly value: string;
};

/** A platform that an image runs on. */
export type PlatformInput = {
  /** The architecture: `amd64`. */
  readonly architecture: string;
  /** The operating system: `linux`. */
  readonly os: string;
  /** The version of the operating system, or its first parts: `10.0.20348` finds `10.0.20348.1487`; any when absent. */
  readonly osVersion?: string | null | undefined;
  /** The architecture's variant: `v8`; any when absent. */
  readonly variant?: string | null | undefined;
};

/** Which tags: those that fit every field given. */
export type TagFilter = {
  /** Artifacts of this media type, exactly. */
  readonly artifactType?: string | null | undefined;
  /** Those that point to it themselves. */
  readonly digest?: string | null | undefined;
  /** A pattern of the whole tag: `*` is any text, `?` any character, up to 128 characters and ten `*`. */
  readonly glob?: string | null | undefined;
  /** Also signatures, attestations and fallback tags of referrers. */
  readonly includeReferrers?: boolean | null | undefined;
  /** Those that point to one of these kinds of things. */
  readonly kinds?: ReadonlyArray<ImageKind> | null | undefined;
  /** With this label, on the image or on one of its platforms. */
  readonly label?: KeyValueInput | null | undefined;
  /** A part of the tag; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** Images for this platform, and indexes that have one. */
  readonly platform?: PlatformInput | null | undefined;
  /** A range of versions as npm writes it: `>=1.2 <2`. Tags that are no version are left out. */
  readonly semver?: string | null | undefined;
  /** So many bytes, as `Tag.size` has them, or more. A size that is not known is left out. */
  readonly sizeAtLeast?: number | null | undefined;
  /** So many bytes, as `Tag.size` has them, or less. A size that is not known is left out. */
  readonly sizeAtMost?: number | null | undefined;
  /** Updated after this. */
  readonly updatedAfter?: string | null | undefined;
  /** Updated before this. */
  readonly updatedBefore?: string | null | undefined;
};

export type PlanTagsMutationVariables = Exact<{
  input: DeleteTagsInput;
}>;


export type PlanTagsMutation = { readonly deleteTags: { readonly plan: { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly keptImageCount: number, readonly keepingImageCount: number, readonly alsoRemovedTagCount: number, readonly orphanedReferrerCount: number, readonly reclaimable: number, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly uncertainties: ReadonlyArray<string>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly keptImages: ReadonlyArray<{ readonly digest: string, readonly reasons: ReadonlyArray<KeptReason>, readonly tagCount: number, readonly otherTagCount: number, readonly indexTagCount: number, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly otherTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly indexTags: ReadonlyArray<{ readonly id: string, readonly name: string }> }>, readonly orphanedReferrers: ReadonlyArray<{ readonly digest: string, readonly artifactType: string | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
    > } };

export type DeleteTagsMutationVariables = Exact<{
  input: DeleteTagsInput;
}>;


export type DeleteTagsMutation = { readonly deleteTags: { readonly job: { readonly id: string } | null, readonly plan: { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly keptImageCount: number, readonly keepingImageCount: number, readonly alsoRemovedTagCount: number, readonly orphanedReferrerCount: number, readonly reclaimable: number, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly uncertainties: ReadonlyArray<string>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly keptImages: ReadonlyArray<{ readonly digest: string, readonly reasons: ReadonlyArray<KeptReason>, readonly tagCount: number, readonly otherTagCount: number, readonly indexTagCount: number, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly otherTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly indexTags: ReadonlyArray<{ readonly id: string, readonly name: string }> }>, readonly orphanedReferrers: ReadonlyArray<{ readonly digest: string, readonly artifactType: string | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
    > } };

export type PlanRepositoryMutationVariables = Exact<{
  input: DeleteRepositoryInput;
}>;


export type PlanRepositoryMutation = { readonly deleteRepository: { readonly plan: { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly keptImageCount: number, readonly keepingImageCount: number, readonly alsoRemovedTagCount: number, readonly orphanedReferrerCount: number, readonly reclaimable: number, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly uncertainties: ReadonlyArray<string>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly keptImages: ReadonlyArray<{ readonly digest: string, readonly reasons: ReadonlyArray<KeptReason>, readonly tagCount: number, readonly otherTagCount: number, readonly indexTagCount: number, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly otherTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly indexTags: ReadonlyArray<{ readonly id: string, readonly name: string }> }>, readonly orphanedReferrers: ReadonlyArray<{ readonly digest: string, readonly artifactType: string | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
    > } };

export type DeleteRepositoryMutationVariables = Exact<{
  input: DeleteRepositoryInput;
}>;


export type DeleteRepositoryMutation = { readonly deleteRepository: { readonly job: { readonly id: string } | null, readonly plan: { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly keptImageCount: number, readonly keepingImageCount: number, readonly alsoRemovedTagCount: number, readonly orphanedReferrerCount: number, readonly reclaimable: number, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly uncertainties: ReadonlyArray<string>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly keptImages: ReadonlyArray<{ readonly digest: string, readonly reasons: ReadonlyArray<KeptReason>, readonly tagCount: number, readonly otherTagCount: number, readonly indexTagCount: number, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly otherTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly indexTags: ReadonlyArray<{ readonly id: string, readonly name: string }> }>, readonly orphanedReferrers: ReadonlyArray<{ readonly digest: string, readonly artifactType: string | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
    > } };

export type PlanSelectionMutationVariables = Exact<{
  input: DeleteSelectionInput;
}>;


export type PlanSelectionMutation = { readonly deleteSelection: { readonly plan: { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly repositoryCount: number, readonly protectedTagCount: number, readonly unknownTagCount: number, readonly reclaimable: number, readonly upstreamRequests: number, readonly confirmedAt: string | null, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly registry: { readonly id: string, readonly name: string }, readonly repository: { readonly id: string, readonly name: string }, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
    > } };

export type DeleteSelectionMutationVariables = Exact<{
  input: DeleteSelectionInput;
}>;


export type DeleteSelectionMutation = { readonly deleteSelection: { readonly job: { readonly id: string } | null, readonly plan: { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly repositoryCount: number, readonly protectedTagCount: number, readonly unknownTagCount: number, readonly reclaimable: number, readonly upstreamRequests: number, readonly confirmedAt: string | null, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly registry: { readonly id: string, readonly name: string }, readonly repository: { readonly id: string, readonly name: string }, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
      | { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string }
    > } };

export type SelectionFragment = { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly repositoryCount: number, readonly protectedTagCount: number, readonly unknownTagCount: number, readonly reclaimable: number, readonly upstreamRequests: number, readonly confirmedAt: string | null, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly registry: { readonly id: string, readonly name: string }, readonly repository: { readonly id: string, readonly name: string }, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }> }> };

type Refusal_ChangedSincePlanError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_ChangedSinceReadError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_DeleteDisabledError_Fragment = { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string };

type Refusal_DeleteNotExactError_Fragment = { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string };

type Refusal_ForbiddenError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_InvalidCredentialsError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_InvalidInputError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_LastAdminError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_NameTakenError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_NotAwaitingApprovalError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_NotFoundError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_PlanInvalidError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_ProtectedError_Fragment = { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string };

type Refusal_RateLimitedError_Fragment = { readonly code: ErrorCode, readonly message: string };

type Refusal_ReadOnlyError_Fragment = { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string };

type Refusal_UpstreamFailedError_Fragment = { readonly hint: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string };

export type RefusalFragment =
  | Refusal_ChangedSincePlanError_Fragment
  | Refusal_ChangedSinceReadError_Fragment
  | Refusal_DeleteDisabledError_Fragment
  | Refusal_DeleteNotExactError_Fragment
  | Refusal_ForbiddenError_Fragment
  | Refusal_InvalidCredentialsError_Fragment
  | Refusal_InvalidInputError_Fragment
  | Refusal_LastAdminError_Fragment
  | Refusal_NameTakenError_Fragment
  | Refusal_NotAwaitingApprovalError_Fragment
  | Refusal_NotFoundError_Fragment
  | Refusal_PlanInvalidError_Fragment
  | Refusal_ProtectedError_Fragment
  | Refusal_RateLimitedError_Fragment
  | Refusal_ReadOnlyError_Fragment
  | Refusal_UpstreamFailedError_Fragment
;

export type PlanFragment = { readonly token: string, readonly secondsLeft: number, readonly tagCount: number, readonly manifestCount: number, readonly keptImageCount: number, readonly keepingImageCount: number, readonly alsoRemovedTagCount: number, readonly orphanedReferrerCount: number, readonly reclaimable: number, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly needsApproval: boolean, readonly leavesEmptyRepository: boolean, readonly uncertainties: ReadonlyArray<string>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly keptImages: ReadonlyArray<{ readonly digest: string, readonly reasons: ReadonlyArray<KeptReason>, readonly tagCount: number, readonly otherTagCount: number, readonly indexTagCount: number, readonly tags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly otherTags: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly indexTags: ReadonlyArray<{ readonly id: string, readonly name: string }> }>, readonly orphanedReferrers: ReadonlyArray<{ readonly digest: string, readonly artifactType: string | null }> };

export const planTags: Operation<PlanTagsMutation, PlanTagsMutationVariables> = {
  text: "mutation PlanTags($input:DeleteTagsInput!){deleteTags(input:$input){plan{...Plan}userErrors{...Refusal}}}fragment Plan on DeletionPlan{token secondsLeft tagCount manifestCount keptImageCount keepingImageCount alsoRemovedTagCount orphanedReferrerCount reclaimable method upstreamRequests needsApproval leavesEmptyRepository uncertainties deletionBlockers{reason message hint}tags{id name digest}alsoRemovedTags{id name}keptImages(first:50){digest reasons tagCount tags(first:5){id name}otherTagCount otherTags(first:5){id name}indexTagCount indexTags(first:5){id name}}orphanedReferrers(first:50){digest artifactType}}fragment Refusal on UserError{code message ...on RegistryError{hint tags}}",
};

export const deleteTags: Operation<DeleteTagsMutation, DeleteTagsMutationVariables> = {
  text: "mutation DeleteTags($input:DeleteTagsInput!){deleteTags(input:$input){job{id}plan{...Plan}userErrors{...Refusal}}}fragment Plan on DeletionPlan{token secondsLeft tagCount manifestCount keptImageCount keepingImageCount alsoRemovedTagCount orphanedReferrerCount reclaimable method upstreamRequests needsApproval leavesEmptyRepository uncertainties deletionBlockers{reason message hint}tags{id name digest}alsoRemovedTags{id name}keptImages(first:50){digest reasons tagCount tags(first:5){id name}otherTagCount otherTags(first:5){id name}indexTagCount indexTags(first:5){id name}}orphanedReferrers(first:50){digest artifactType}}fragment Refusal on UserError{code message ...on RegistryError{hint tags}}",
};

export const planRepository: Operation<PlanRepositoryMutation, PlanRepositoryMutationVariables> = {
  text: "mutation PlanRepository($input:DeleteRepositoryInput!){deleteRepository(input:$input){plan{...Plan}userErrors{...Refusal}}}fragment Plan on DeletionPlan{token secondsLeft tagCount manifestCount keptImageCount keepingImageCount alsoRemovedTagCount orphanedReferrerCount reclaimable method upstreamRequests needsApproval leavesEmptyRepository uncertainties deletionBlockers{reason message hint}tags{id name digest}alsoRemovedTags{id name}keptImages(first:50){digest reasons tagCount tags(first:5){id name}otherTagCount otherTags(first:5){id name}indexTagCount indexTags(first:5){id name}}orphanedReferrers(first:50){digest artifactType}}fragment Refusal on UserError{code message ...on RegistryError{hint tags}}",
};

export const deleteRepository: Operation<DeleteRepositoryMutation, DeleteRepositoryMutationVariables> = {
  text: "mutation DeleteRepository($input:DeleteRepositoryInput!){deleteRepository(input:$input){job{id}plan{...Plan}userErrors{...Refusal}}}fragment Plan on DeletionPlan{token secondsLeft tagCount manifestCount keptImageCount keepingImageCount alsoRemovedTagCount orphanedReferrerCount reclaimable method upstreamRequests needsApproval leavesEmptyRepository uncertainties deletionBlockers{reason message hint}tags{id name digest}alsoRemovedTags{id name}keptImages(first:50){digest reasons tagCount tags(first:5){id name}otherTagCount otherTags(first:5){id name}indexTagCount indexTags(first:5){id name}}orphanedReferrers(first:50){digest artifactType}}fragment Refusal on UserError{code message ...on RegistryError{hint tags}}",
};

export const planSelection: Operation<PlanSelectionMutation, PlanSelectionMutationVariables> = {
  text: "mutation PlanSelection($input:DeleteSelectionInput!){deleteSelection(input:$input){plan{...Selection}userErrors{...Refusal}}}fragment Selection on SelectionPlan{token secondsLeft tagCount manifestCount repositoryCount protectedTagCount unknownTagCount reclaimable upstreamRequests confirmedAt repositories{registry{id name}repository{id name}tagCount needsApproval leavesEmptyRepository tags(first:5){id name}}}fragment Refusal on UserError{code message ...on RegistryError{hint tags}}",
};

export const deleteSelection: Operation<DeleteSelectionMutation, DeleteSelectionMutationVariables> = {
  text: "mutation DeleteSelection($input:DeleteSelectionInput!){deleteSelection(input:$input){job{id}plan{...Selection}userErrors{...Refusal}}}fragment Selection on SelectionPlan{token secondsLeft tagCount manifestCount repositoryCount protectedTagCount unknownTagCount reclaimable upstreamRequests confirmedAt repositories{registry{id name}repository{id name}tagCount needsApproval leavesEmptyRepository tags(first:5){id name}}}fragment Refusal on UserError{code message ...on RegistryError{hint tags}}",
};
