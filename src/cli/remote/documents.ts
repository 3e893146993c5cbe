// Written by "npm run documents" from schema.graphql and src/cli/remote/documents. Do not edit.
import type { Document } from './document.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Which accounts: those that fit every field given. */
export type AccountFilter = {
  /** true: only disabled ones; false: only the others. */
  readonly disabled?: boolean | null | undefined;
  /** A part of the name; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** With this role among theirs. */
  readonly role?: Role | null | undefined;
};

/** A registry to attach. */
export type AddRegistryInput = {
  /** Its base address with the scheme: `https://registry.example.com` or `http://127.0.0.1:5000/prefix`. */
  readonly addr: string;
  /** The token server, on another host than the registry, that the credentials may be sent to. */
  readonly authRealm?: string | null | undefined;
  /** PEM of the CA that signed its certificate, or of that certificate itself. */
  readonly caCertificate?: string | null | undefined;
  /** When it asks for one. It is shown to its own host only. */
  readonly clientCertificate?: ClientCertificateInput | null | undefined;
  /** When it asks for them. */
  readonly credentials?: CredentialsInput | null | undefined;
  /** Only test the connection. */
  readonly dryRun?: boolean | null | undefined;
  /** The secret its notifications will carry, 16 characters or more: docs/notifications.md has the configuration to set there. */
  readonly eventsSecret?: string | null | undefined;
  /** Which repositories to read: names in full, and patterns in which `*` is any text and `?` any one character (`team/*`); with `!` before it one leaves out, whatever the others say (`!team/tmp-*`). Up to 1,000, of them 100 patterns. Nothing, or nothing but `!`: all that its catalogue lists. Where it has no catalogue, names are needed. */
  readonly followedRepositories?: ReadonlyArray<string> | null | undefined;
  /** Seconds after which its names and tags are asked for again: 0 to 86,400. */
  readonly maxAge?: number | null | undefined;
  /** A unique name: letters, digits, ".", "_" and "-". */
  readonly name: string;
  /** Through whom it is asked; nothing: the proxies of the gateway's environment. For anything else the role `admin` is needed. */
  readonly proxy?: ProxyInput | null | undefined;
  /** Credentials for its own proxy. */
  readonly proxyCredentials?: CredentialsInput | null | undefined;
  /** Where clients pull from, when that is not `addr`: a host without a scheme, with a port or a path where it has one: `registry.example.com`, `hub.example.com:5000/mirror`. */
  readonly pullHost?: string | null | undefined;
  /** Do not check its TLS certificate. Give `caCertificate` instead where you can. */
  readonly tlsSkipVerify?: boolean | null | undefined;
};

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

/** Deletions that wait for a second person: those that take more than `above` tags from a repository. */
export type ApprovalRuleInput = {
  /** Tags that somebody deletes alone from one repository within 24 hours: 0 to 1,000,000. */
  readonly above: number;
  /** Days that a deletion waits, 1 to 30: then it is cancelled. */
  readonly days?: number | null | undefined;
  /** A pattern of full names, as in `ProtectionRuleInput`. Every repository when left out. */
  readonly repository?: string | null | undefined;
};

/** A deletion that waits for a second person. */
export type ApproveDeletionInput = {
  /** The job's id. */
  readonly id: string | number;
};

/** Which entries: those that fit every field given. */
export type AuditFilter = {
  /** Of this action: `deleteTags`. */
  readonly action?: string | null | undefined;
  /** Of this account, or of what stands in parentheses: as `AuditEntry.actor` has it. */
  readonly actor?: string | null | undefined;
  /** With this outcome. */
  readonly outcome?: AuditOutcome | null | undefined;
  /** About the registry that had this name then; about one registry, whatever its name, by its UUID. */
  readonly registry?: string | null | undefined;
  /** About the repository of this full name. */
  readonly repository?: string | null | undefined;
  /** At this time or later. */
  readonly since?: string | null | undefined;
  /** Before this time. */
  readonly until?: string | null | undefined;
};

/** The outcome of an action that was asked for. */
export type AuditOutcome =
  /** It goes on: in the job of `jobId`, or, where there is none, at the next start of the gateway. */
  | 'ACCEPTED'
  /** The change was made. */
  | 'DONE'
  /** A registry or the gateway failed on the way: `message` says what became of it. */
  | 'FAILED'
  /** Nothing was changed. */
  | 'REFUSED';

/** A job to stop. */
export type CancelJobInput = {
  /** The job's id. */
  readonly id: string | number;
};

/** An account, its password, and the one in its place. */
export type ChangePasswordInput = {
  /** The password until now; a one-time password too. */
  readonly currentPassword: string;
  /** Whether all its service keys end too. Those that another token than a login made end with that. */
  readonly endServiceKeys?: boolean | null | undefined;
  /** 8 to 1,024 characters, and another than until now. */
  readonly newPassword: string;
  /** The name of the account. It may be left out where a token of it is sent. */
  readonly username?: string | null | undefined;
};

/** A certificate and its key, for a registry that wants its clients to have one. They are stored encrypted and never given back. */
export type ClientCertificateInput = {
  /** PEM of the certificate, and behind it of those that vouch for it. */
  readonly certificate: string;
  /** PEM of its key, which is not encrypted. */
  readonly key: string;
};

/** The thing that a step of a connection's test looks for. */
export type ConnectionStepKind =
  /** It lists its repositories to this account. */
  | 'CATALOGUE'
  /** Something listens at its address and port. */
  | 'CONNECTION'
  /** It deletes, as a deletion of an image that nobody has shows. Nothing is deleted. */
  | 'DELETION'
  /** It takes the credentials, or asks for none. */
  | 'LOGIN'
  /** The name of the host leads to addresses, all of which may be opened. */
  | 'NAME'
  /** A registry answers there, by `GET /v2/`. */
  | 'PING'
  /** It lists the tags of one repository. */
  | 'TAGS'
  /** Its certificate is trusted. */
  | 'TLS';

/** The state in which a step of a connection's test found it. */
export type ConnectionStepState =
  /** It went wrong: the registry cannot be used so. */
  | 'FAILED'
  /** The registry can be attached, and less is possible or safe there. */
  | 'LIMITED'
  /** It is as it should be. */
  | 'OK'
  /** It was not asked: there is nothing to ask, or an earlier step failed. */
  | 'SKIPPED'
  /** It was asked, and its answers do not tell. */
  | 'UNKNOWN';

/** An account to make. */
export type CreateAccountInput = {
  /** false: a machine, which has no password. */
  readonly canLogIn?: boolean | null | undefined;
  /** 8 to 1,024 characters. Absent: a one-time password is made, and is in the payload. */
  readonly password?: string | null | undefined;
  /** The rights of the account; none: it may only change its password. */
  readonly roles: ReadonlyArray<Role>;
  /** The name of the account. */
  readonly username: string;
};

/** A team to make. */
export type CreateTeamInput = {
  /** Its purpose: up to 200 characters. */
  readonly description?: string | null | undefined;
  /** Names of accounts: up to 500, each in 10 teams at the most. */
  readonly members?: ReadonlyArray<string> | null | undefined;
  /** The name of the team. */
  readonly name: string;
};

/** A token or service key to make. */
export type CreateTokenInput = {
  /** Days that it is valid: 1 to 365. */
  readonly expiresInDays?: number | null | undefined;
  /** Rights in places, up to 100: within those of the token that asks, by its roles or grants, or FORBIDDEN. They count as far as the account has them at the time. None where there are only `roles`. */
  readonly grants?: ReadonlyArray<GrantInput> | null | undefined;
  /** The way that it is to be sent. */
  readonly kind?: CreatedTokenKind | null | undefined;
  /** Its purpose: up to 100 characters. */
  readonly label?: string | null | undefined;
  /** The roles of it: never more than of the token that asks, whose roles and grants it has where both are absent; none where there are only `grants`. */
  readonly roles?: ReadonlyArray<Role> | null | undefined;
};

/** An endpoint, and what it is told of. */
export type CreateWebhookInput = {
  /** Only these kinds of events; all when left out. */
  readonly kinds?: ReadonlyArray<EventKind> | null | undefined;
  /** Only events of these registries, names or UUIDs, 100 at the most; all when left out. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Only events of repositories whose full names fit this pattern, and none that is about no repository: `*` is any text, slashes too, `?` any one character; all when left out. */
  readonly repository?: string | null | undefined;
  /** Deliveries are signed by it: `whsec_` and the base64 of 24 to 64 bytes. One is made when left out. */
  readonly secret?: string | null | undefined;
  /** The address that events are sent to: https://, without a user name or password. It must not be in an inner network, unless the settings of the gateway open that. */
  readonly url: string;
};

/** A kind of token that can be made. */
export type CreatedTokenKind =
  /** It speaks for itself: `X-Service-Key: key`. */
  | 'SERVICE_KEY'
  /** It speaks for its account: `X-Access-Token: username:token`. */
  | 'TOKEN';

/** A user name and a password that the gateway shows a registry, or a proxy. They are stored encrypted and never given back. */
export type CredentialsInput = {
  /** Its password or token. */
  readonly password: string;
  /** The account there. */
  readonly username: string;
};

/** An account to remove. */
export type DeleteAccountInput = {
  /** The name of the account. */
  readonly username: string;
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

/** A team to remove. */
export type DeleteTeamInput = {
  /** The name of the team. */
  readonly name: string;
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

/** The kinds of events, by the change that each tells of. */
export type EventKind =
  /** A job was made, or, with `jobState` QUEUED once more, one that waited was approved. Crawls are told of where somebody asked for them. */
  | 'JOB_BEGAN'
  /** A job is over: `jobState` says how. */
  | 'JOB_ENDED'
  /** A registry was attached. */
  | 'REGISTRY_ATTACHED'
  /** A registry answers again. */
  | 'REGISTRY_BACK'
  /** A registry was detached, with all that was known of it. */
  | 'REGISTRY_DETACHED'
  /** A registry does not answer. */
  | 'REGISTRY_UNREACHABLE'
  /** A repository has tags, and had none: those of a first reading are told of by this alone. */
  | 'REPOSITORY_APPEARED'
  /** Tags of a repository came, went or moved that are not told of one by one: more than 1,000 at once, or those that its first reading adds to tags that notifications told of. */
  | 'REPOSITORY_CHANGED'
  /** The last tag of a repository is gone. */
  | 'REPOSITORY_EMPTIED'
  /** A repository is gone from its registry, or is not followed any more, with all its tags. */
  | 'REPOSITORY_GONE'
  /** A tag is gone. */
  | 'TAG_DELETED'
  /** A tag points to another image. */
  | 'TAG_MOVED'
  /** A tag came, and it is known what it points to. */
  | 'TAG_PUSHED';

/** How far an answer can be relied on. */
export type FreshnessState =
  /** The registry confirmed it within its `maxAge`. */
  | 'FRESH'
  /** Some of it has not been read yet. */
  | 'INDEXING'
  /** Nothing of it has been read yet. */
  | 'NEVER_INDEXED'
  /** The registry takes no more requests just now: reading goes on at `retryAt`. */
  | 'RATE_LIMITED'
  /** Older than `maxAge`, or the last attempt failed in a way that may pass. */
  | 'STALE'
  /** The registry does not answer: this is its last known state. */
  | 'UNREACHABLE';

/** An account or a team, and a right that it gets in a place. */
export type GrantAccessInput = {
  /** The name of the account: this or `team`. */
  readonly account?: string | null | undefined;
  /** The registry's name, or its UUID; `*`: every registry, those attached later too. */
  readonly registry: string;
  /** A pattern of repositories' full names: `*` is any text, slashes too, and `?` any one character. `*` alone: all. Up to 255 characters, and 10 `*`. */
  readonly repositories: string;
  /** The right, with all those before it. */
  readonly right: Right;
  /** The name of the team: this or `account`. */
  readonly team?: string | null | undefined;
};

/** A right in a place. */
export type GrantInput = {
  /** The registry's name, or its UUID; `*`: every registry, those attached later too. */
  readonly registry: string;
  /** A pattern of repositories' full names: `*` is any text, slashes too, and `?` any one character. `*` alone: all. Up to 255 characters, and 10 `*`. */
  readonly repositories: string;
  /** The right, with all those before it. */
  readonly right: Right;
};

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

/** The work of a job. */
export type JobKind =
  /** It reads a registry whole. */
  | 'CRAWL'
  /** It deletes every tag and image of a repository. */
  | 'DELETE_REPOSITORY'
  /** It deletes from many repositories: each of its `pieces` is a `DELETE_TAGS` job. */
  | 'DELETE_SELECTION'
  /** It deletes tags of a repository. */
  | 'DELETE_TAGS'
  /** It puts back what such a one took off: each of its `pieces` is a `RESTORE_TAGS` job. */
  | 'RESTORE_SELECTION'
  /** It puts back the tags that a deletion took off: `undoJob`. */
  | 'RESTORE_TAGS'
  /** It deletes the tags of a repository that the rules of retention let go. */
  | 'RETENTION'
  /** It looks through a registry for what its rules of retention let go: each repository that has some gets a `RETENTION` job. */
  | 'RETENTION_RUN';

/** How far a job is. */
export type JobState =
  /** It is a deletion that a second person has to approve, until `approvalExpiresAt`; nothing of it has begun. */
  | 'AWAITING_APPROVAL'
  /** Somebody cancelled it, or, of a crawl, the gateway was stopped meanwhile, or others waited for its place: it is gone on with. */
  | 'CANCELLED'
  /** It could not go on: see `failures`. */
  | 'FAILED'
  /** Some of it was not done: see `failures`. */
  | 'PARTIALLY_FAILED'
  /** It has not begun. */
  | 'QUEUED'
  /** It is under way. */
  | 'RUNNING'
  /** All of it was done. */
  | 'SUCCEEDED';

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

/** One label. */
export type KeyValueInput = {
  /** The key, exactly. */
  readonly key: string;
  /** The value, exactly. */
  readonly value: string;
};

/** An account and its password. */
export type LoginInput = {
  /** Its password. */
  readonly password: string;
  /** true: the answer sets the cookie of a session, which no script reads, in place of giving a token. For pages of the gateway itself. */
  readonly session?: boolean | null | undefined;
  /** The account. */
  readonly username: string;
};

/** The end of a list that comes first. */
export type OrderDirection =
  /** The lowest, oldest or smallest first. */
  | 'ASC'
  /** The highest, newest or largest first. */
  | 'DESC';

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

/** Tags to protect: those of the repositories that `repository` names which `tag` names. Upper and lower case differ. */
export type ProtectionRuleInput = {
  /** A pattern of full names: `team/*` names `team/app` and `team/a/b`, but not `team`. Every repository when left out. */
  readonly repository?: string | null | undefined;
  /** A pattern of tags: `latest`, `v*`, `release-?`. Every tag when left out. */
  readonly tag?: string | null | undefined;
};

/** The way to a registry: by a proxy, or directly. */
export type ProxyInput = {
  /** Whether it is asked by a proxy, and by which. */
  readonly mode: ProxyMode;
  /** Of the mode OWN: `http://host:port` or `https://host:port`, without user name and password. */
  readonly url?: string | null | undefined;
};

/** The way to a registry: by a proxy, or directly. */
export type ProxyMode =
  /** The proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the gateway name, if any. */
  | 'ENVIRONMENT'
  /** Nobody: directly, whatever the environment says. */
  | 'NONE'
  /** A proxy of its own, also for its token server and the stores that it redirects to. */
  | 'OWN';

/** A registry, or a repository, to read again. */
export type RefreshInput = {
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
  /** Answer when it is done, or after ten seconds. */
  readonly wait?: boolean | null | undefined;
};

/** A deletion that waits for a second person. */
export type RejectDeletionInput = {
  /** The job's id. */
  readonly id: string | number;
};

/** A registry to detach. */
export type RemoveRegistryInput = {
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
};

/** Which repositories: those that fit every field given. */
export type RepositoryFilter = {
  /** true: only those without tags; false: only those with tags, or not read yet; null: both. */
  readonly empty?: boolean | null | undefined;
  /** Only repositories whose full name one of these patterns names: `*` is any text, slashes too, `?` any character, with ten "*" at the most; up to 20 patterns. */
  readonly globs?: ReadonlyArray<string> | null | undefined;
  /** Only those with an image that has this label itself, or on one of its platforms. */
  readonly label?: KeyValueInput | null | undefined;
  /** A part of the full name; upper and lower case are the same. */
  readonly nameContains?: string | null | undefined;
  /** All before the last slash of the name; empty for names without one. */
  readonly namespace?: string | null | undefined;
  /** Only those with an image for this platform, or an index that has one. */
  readonly platform?: PlatformInput | null | undefined;
  /** Only in these registries: names, or UUIDs. A registry's own list ignores it. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Updated after this. */
  readonly updatedAfter?: string | null | undefined;
  /** Updated before this. */
  readonly updatedBefore?: string | null | undefined;
};

/** The order of a list of repositories. */
export type RepositoryOrder = {
  /** The end of the list that comes first. */
  readonly direction?: OrderDirection | null | undefined;
  /** By what. */
  readonly field: RepositoryOrderField;
};

/** The key by which repositories are ordered. */
export type RepositoryOrderField =
  /** Their full name. */
  | 'NAME'
  /** The bytes the registry stores for them. */
  | 'SIZE'
  /** How many tags they have. */
  | 'TAG_COUNT'
  /** When the latest of their tags was updated; those without a time are the oldest. */
  | 'UPDATED_AT';

/** An account that gets a one-time password. */
export type ResetPasswordInput = {
  /** Whether its service keys end too: whoever knew the password may have made some. */
  readonly endServiceKeys?: boolean | null | undefined;
  /** The name of the account. */
  readonly username: string;
};

/** A tag to put back on what it pointed to before. */
export type RestoreTagInput = {
  /** A digest of the tag's own history; when absent, the latest that it no longer points to. */
  readonly digest?: string | null | undefined;
  /** The digest that the tag points to now: refused if it has moved since. Needed for a tag that is there; left out for one that is gone. */
  readonly expectedDigest?: string | null | undefined;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** The repository's full name, beside `registry`. */
  readonly repository?: string | null | undefined;
  /** The tag, which may be gone, beside `registry` and `repository`. */
  readonly tag?: string | null | undefined;
};

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

/** A grant to take back. */
export type RevokeGrantInput = {
  /** Its id, as `Account.grants` and `Team.grants` have it. */
  readonly id: string | number;
};

/** A token or service key to end: by its `id`, or by itself. */
export type RevokeTokenInput = {
  /** The id, as `tokens` has it. */
  readonly id?: string | number | null | undefined;
  /** The kind that it must be of: NOT_FOUND for another. */
  readonly kind?: TokenKind | null | undefined;
  /** The token or key itself, in place of the id: whoever has it may end it. */
  readonly secret?: string | null | undefined;
};

/** A right to repositories, beside what roles give everywhere. Each has those before it. */
export type Right =
  /** Delete tags of them, and put tags back. */
  | 'DELETE'
  /** See them, and have them read again. */
  | 'READ'
  /** Say which tags are deleted by themselves, and have it done. */
  | 'RETAIN';

/** The rights of an account or a token. */
export type Role =
  /** Do everything. */
  | 'ADMIN'
  /** Read only. */
  | 'REGISTRIES_READ'
  /** Read, attach and detach registries, and delete. */
  | 'REGISTRIES_WRITE';

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

/** The order of a list of tags. */
export type TagOrder = {
  /** The end of the list that comes first. */
  readonly direction?: OrderDirection | null | undefined;
  /** By what. */
  readonly field: TagOrderField;
};

/** The key by which tags are ordered. */
export type TagOrderField =
  /** Their text, character by character: `1.10` before `1.9`. */
  | 'NAME'
  /** Their version: `1.9` before `1.10`, `1.2.0-rc.1` before `1.2.0`; what is no version is below all versions. */
  | 'SEMVER'
  /** The bytes of their images; a size that is not known is the smallest. */
  | 'SIZE'
  /** When they were updated; of one time by their version, as SEMVER orders them, then by name. */
  | 'UPDATED_AT';

/** A registry whose connection is tested: one that is attached, by `id` or `registry` alone, or the `addr` and the settings of one that is not. */
export type TestRegistryInput = {
  /** The base address of one that is not, as in `AddRegistryInput`. */
  readonly addr?: string | null | undefined;
  /** The token server, on another host than the registry, that the credentials may be sent to. */
  readonly authRealm?: string | null | undefined;
  /** PEM of the CA that signed its certificate, or of that certificate itself. */
  readonly caCertificate?: string | null | undefined;
  /** When it asks for one. It is shown to its own host only. */
  readonly clientCertificate?: ClientCertificateInput | null | undefined;
  /** When it asks for them. */
  readonly credentials?: CredentialsInput | null | undefined;
  /** Which repositories to read: names in full, and patterns in which `*` is any text and `?` any one character (`team/*`); with `!` before it one leaves out, whatever the others say (`!team/tmp-*`). Up to 1,000, of them 100 patterns. Nothing, or nothing but `!`: all that its catalogue lists. Where it has no catalogue, names are needed. */
  readonly followedRepositories?: ReadonlyArray<string> | null | undefined;
  /** The id of one that is attached. */
  readonly id?: string | number | null | undefined;
  /** Through whom it is asked; nothing: the proxies of the gateway's environment. For anything else the role `admin` is needed. */
  readonly proxy?: ProxyInput | null | undefined;
  /** Credentials for its own proxy. */
  readonly proxyCredentials?: CredentialsInput | null | undefined;
  /** The name of one that is attached, or its UUID. */
  readonly registry?: string | null | undefined;
  /** The full name of the repository whose tags are asked for; nothing: the first of `followedRepositories`, or of its catalogue. */
  readonly repository?: string | null | undefined;
  /** Do not check its TLS certificate. Give `caCertificate` instead where you can. */
  readonly tlsSkipVerify?: boolean | null | undefined;
};

/** Where a time comes from: registries keep no push time. */
export type TimeSource =
  /** When the gateway saw it point elsewhere, or gone. */
  | 'CHANGE_SEEN'
  /** When the gateway first saw it. */
  | 'FIRST_SEEN'
  /** When the image was built, as the image's own config says: it was there before the gateway looked. */
  | 'IMAGE_CONFIG'
  /** When the registry told of the change. */
  | 'NOTIFICATION'
  /** The time that the tag had on this image before it was deleted: `restoreTag` or `undoJob` has put it back since. Lists are in the order of it, and retention goes by it, as if the tag had never been gone. */
  | 'RESTORED';

/** Which tokens: those that fit every field given. */
export type TokenFilter = {
  /** Of this kind. */
  readonly kind?: TokenKind | null | undefined;
  /** Of this account. */
  readonly username?: string | null | undefined;
  /** true: only valid ones; false: only those that are revoked or expired, which are kept for 30 days. */
  readonly valid?: boolean | null | undefined;
};

/** The way that a token came to be, and is sent. */
export type TokenKind =
  /** It was given for a password, or by single sign-on. */
  | 'LOGIN'
  /** A machine speaks for itself by it: `X-Service-Key: key`. Changes of passwords leave it, resets end it. */
  | 'SERVICE_KEY'
  /** It was made by `createToken`, or by a command: `X-Access-Token: username:token`. */
  | 'TOKEN';

/** A deletion to undo. */
export type UndoJobInput = {
  /** Only say what can come back. Null is refused: it could mean either. */
  readonly dryRun?: boolean;
  /** The id of a job that deletes, or whose pieces do, and that has ended. */
  readonly id: string | number;
  /** Answer when it is done, or after eight seconds; false: as soon as the job has begun. */
  readonly wait?: boolean | null | undefined;
};

/** An account, and what changes. What is absent stays. */
export type UpdateAccountInput = {
  /** true: nobody logs in to it, and its tokens and service keys are ended, for good; false: its password is good again. */
  readonly disabled?: boolean | null | undefined;
  /** The rights it has from its next request on, in place of those before. */
  readonly roles?: ReadonlyArray<Role> | null | undefined;
  /** The name of the account. */
  readonly username: string;
};

/** A registry, and its settings that change. A setting that is left out stays as it is. */
export type UpdateRegistryInput = {
  /** A new base address. Credentials are kept only while scheme, host and port stay the same. */
  readonly addr?: string | null | undefined;
  /** The token server, on another host, that the credentials may be sent to; null removes it. */
  readonly authRealm?: string | null | undefined;
  /** PEM of the CA that signed its certificate, or of that certificate itself; null removes it. */
  readonly caCertificate?: string | null | undefined;
  /** A new client certificate; null removes it. It is kept only while scheme, host and port stay the same. */
  readonly clientCertificate?: ClientCertificateInput | null | undefined;
  /** New credentials; null removes them. */
  readonly credentials?: CredentialsInput | null | undefined;
  /** A new secret for its notifications; null takes none any more. */
  readonly eventsSecret?: string | null | undefined;
  /** Which repositories to read, all anew, as in `AddRegistryInput`; null, and an empty list: all that its catalogue lists. */
  readonly followedRepositories?: ReadonlyArray<string> | null | undefined;
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** Seconds after which its names and tags are asked for again. */
  readonly maxAge?: number | null | undefined;
  /** A new unique name. */
  readonly name?: string | null | undefined;
  /** Through whom it is asked from now on; null: the proxies of the gateway's environment. The role `admin` is needed for it, and to change the `addr` or `authRealm` of a registry with a proxy of its own. Where another proxy could read the credentials, over http or with `tlsSkipVerify`, give them again. */
  readonly proxy?: ProxyInput | null | undefined;
  /** Credentials for its own proxy; null: none. They are kept only while the proxy stays the same. */
  readonly proxyCredentials?: CredentialsInput | null | undefined;
  /** Where clients pull from, as in `AddRegistryInput`; null: from `addr`. */
  readonly pullHost?: string | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
  /** Do not check its TLS certificate. */
  readonly tlsSkipVerify?: boolean | null | undefined;
};

/** A team, and what changes. What is absent stays. */
export type UpdateTeamInput = {
  /** Names of accounts that are members from now on. */
  readonly addMembers?: ReadonlyArray<string> | null | undefined;
  /** Its purpose: up to 200 characters. */
  readonly description?: string | null | undefined;
  /** The name of the team. */
  readonly name: string;
  /** Names of accounts that are no members any more. */
  readonly removeMembers?: ReadonlyArray<string> | null | undefined;
};

/** A webhook, and what changes of it; a field that is left out stays. Who changes it answers for it. */
export type UpdateWebhookInput = {
  /** False: nothing is sent to it. True: it is told of what came since, at once. */
  readonly enabled?: boolean | null | undefined;
  /** The webhook's id. */
  readonly id: string | number;
  /** Only these kinds of events; null: all. */
  readonly kinds?: ReadonlyArray<EventKind> | null | undefined;
  /** Hours for which the secret from before signs beside another one: 0 to 168. */
  readonly overlapHours?: number | null | undefined;
  /** Only events of these registries, names or UUIDs, 100 at the most; null: all. */
  readonly registries?: ReadonlyArray<string> | null | undefined;
  /** Only events of repositories whose full names fit this pattern, and none that is about no repository: `*` is any text, slashes too, `?` any one character; null: all. */
  readonly repository?: string | null | undefined;
  /** Makes another secret, which the payload shows once. */
  readonly rotateSecret?: boolean | null | undefined;
  /** Another secret of your own, in place of `rotateSecret`. */
  readonly secret?: string | null | undefined;
  /** It is told of events from now on: those that it was not told of yet are passed over. */
  readonly skipPending?: boolean | null | undefined;
  /** Another address: see `CreateWebhookInput.url`. */
  readonly url?: string | null | undefined;
};

/** Why nothing is sent to a webhook. */
export type WebhookDisabledReason =
  /** An admin said so. */
  | 'BY_ADMIN'
  /** It took nothing for 72 hours, and thirty attempts. */
  | 'FAILING'
  /** It answered 410. */
  | 'GONE'
  /** Who answers for it is no admin any more: an admin who changes it takes it over. */
  | 'OWNER_GONE';

/** Why a delivery was not taken. */
export type WebhookFailure =
  /** The address is in a network that the gateway may not connect to, or is no `https:` one. */
  | 'BLOCKED'
  /** It answered with a status from 500 on. */
  | 'FAILED'
  /** It answered 410, and is disabled. */
  | 'GONE'
  /** The answer cannot be read. */
  | 'INVALID'
  /** The proxy on the way failed, or refuses. */
  | 'PROXY'
  /** It answered 429. */
  | 'RATE_LIMITED'
  /** It answered with a redirect, which is not followed. */
  | 'REDIRECTED'
  /** It answered with another status from 400 to 499. */
  | 'REFUSED'
  /** Its secret cannot be opened with the keys of the gateway: give it another. */
  | 'SECRET'
  /** It did not answer within ten seconds. */
  | 'TIMEOUT'
  /** Its certificate is not trusted. */
  | 'TLS'
  /** Nothing listens there, the connection was reset, or the name is not known. */
  | 'UNREACHABLE';

/** A webhook. */
export type WebhookInput = {
  /** The webhook's id. */
  readonly id: string | number;
};

export type LogInMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LogInMutation = { readonly login: { readonly token: string | null, readonly viewer: { readonly username: string, readonly roles: ReadonlyArray<Role> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type WhoAmIQueryVariables = Exact<{ [key: string]: never; }>;


export type WhoAmIQuery = { readonly viewer: { readonly username: string, readonly roles: ReadonlyArray<Role> } };

type Refusal_ChangedSincePlanError_Fragment = { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_ChangedSinceReadError_Fragment = { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_DeleteDisabledError_Fragment = { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_DeleteNotExactError_Fragment = { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_ForbiddenError_Fragment = { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_InvalidCredentialsError_Fragment = { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_InvalidInputError_Fragment = { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_LastAdminError_Fragment = { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_NameTakenError_Fragment = { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_NotAwaitingApprovalError_Fragment = { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_NotFoundError_Fragment = { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_PlanInvalidError_Fragment = { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_ProtectedError_Fragment = { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_RateLimitedError_Fragment = { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_ReadOnlyError_Fragment = { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_UpstreamFailedError_Fragment = { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

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

export type LogOutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogOutMutation = { readonly logout: { readonly token: { readonly id: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { readonly changePassword: { readonly endedTokens: number | null, readonly account: { readonly username: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ListAccountsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AccountFilter | null | undefined;
}>;


export type ListAccountsQuery = { readonly accounts: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly hasPassword: boolean, readonly passwordExpiresAt: string | null, readonly disabledAt: string | null, readonly createdAt: string, readonly teams: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateAccountMutationVariables = Exact<{
  input: CreateAccountInput;
}>;


export type CreateAccountMutation = { readonly createAccount: { readonly oneTimePassword: string | null, readonly account: { readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly hasPassword: boolean, readonly passwordExpiresAt: string | null, readonly disabledAt: string | null, readonly createdAt: string, readonly teams: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UpdateAccountMutationVariables = Exact<{
  input: UpdateAccountInput;
}>;


export type UpdateAccountMutation = { readonly updateAccount: { readonly endedTokens: number | null, readonly account: { readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly hasPassword: boolean, readonly passwordExpiresAt: string | null, readonly disabledAt: string | null, readonly createdAt: string, readonly teams: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type DeleteAccountMutationVariables = Exact<{
  input: DeleteAccountInput;
}>;


export type DeleteAccountMutation = { readonly deleteAccount: { readonly deletedUsername: string | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ResetPasswordMutationVariables = Exact<{
  input: ResetPasswordInput;
}>;


export type ResetPasswordMutation = { readonly resetPassword: { readonly oneTimePassword: string | null, readonly account: { readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly hasPassword: boolean, readonly passwordExpiresAt: string | null, readonly disabledAt: string | null, readonly createdAt: string, readonly teams: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type AccountRowFragment = { readonly id: string, readonly username: string, readonly roles: ReadonlyArray<Role>, readonly hasPassword: boolean, readonly passwordExpiresAt: string | null, readonly disabledAt: string | null, readonly createdAt: string, readonly teams: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> };

export type ListTokensQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: TokenFilter | null | undefined;
}>;


export type ListTokensQuery = { readonly tokens: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: TokenKind, readonly username: string, readonly label: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string, readonly expiresAt: string, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly lastUsedFrom: string | null, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { readonly createToken: { readonly secret: string | null, readonly token: { readonly id: string, readonly kind: TokenKind, readonly username: string, readonly label: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string, readonly expiresAt: string, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly lastUsedFrom: string | null, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeTokenInput;
}>;


export type RevokeTokenMutation = { readonly revokeToken: { readonly token: { readonly id: string, readonly kind: TokenKind, readonly username: string, readonly label: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string, readonly expiresAt: string, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly lastUsedFrom: string | null, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type TokenRowFragment = { readonly id: string, readonly kind: TokenKind, readonly username: string, readonly label: string, readonly roles: ReadonlyArray<Role>, readonly createdAt: string, readonly expiresAt: string, readonly revokedAt: string | null, readonly lastUsedAt: string | null, readonly lastUsedFrom: string | null, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> };

export type GrantRowFragment = { readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null };

export type GetHolderQueryVariables = Exact<{
  name: string;
  isTeam: boolean;
}>;


export type GetHolderQuery = { readonly account?: { readonly username: string, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly team?: { readonly name: string, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null };

export type GrantAccessMutationVariables = Exact<{
  input: GrantAccessInput;
}>;


export type GrantAccessMutation = { readonly grantAccess: { readonly grant: { readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RevokeGrantMutationVariables = Exact<{
  input: RevokeGrantInput;
}>;


export type RevokeGrantMutation = { readonly revokeGrant: { readonly grant: { readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ListTeamsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ListTeamsQuery = { readonly teams: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly createdAt: string, readonly members: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type TeamRowFragment = { readonly id: string, readonly name: string, readonly description: string, readonly createdAt: string, readonly members: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> };

export type CreateTeamMutationVariables = Exact<{
  input: CreateTeamInput;
}>;


export type CreateTeamMutation = { readonly createTeam: { readonly team: { readonly id: string, readonly name: string, readonly description: string, readonly createdAt: string, readonly members: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UpdateTeamMutationVariables = Exact<{
  input: UpdateTeamInput;
}>;


export type UpdateTeamMutation = { readonly updateTeam: { readonly team: { readonly id: string, readonly name: string, readonly description: string, readonly createdAt: string, readonly members: ReadonlyArray<string>, readonly grants: ReadonlyArray<{ readonly id: string, readonly allRegistries: boolean, readonly repositories: string, readonly right: Right, readonly givenBy: string, readonly givenAt: string, readonly registry: { readonly name: string } | null }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type DeleteTeamMutationVariables = Exact<{
  input: DeleteTeamInput;
}>;


export type DeleteTeamMutation = { readonly deleteTeam: { readonly deletedName: string | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ReadAuditQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AuditFilter | null | undefined;
}>;


export type ReadAuditQuery = { readonly auditLog: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly at: string, readonly actor: string, readonly action: string, readonly outcome: AuditOutcome, readonly code: ErrorCode | null, readonly message: string | null, readonly registryName: string | null, readonly repository: string | null, readonly tags: ReadonlyArray<string>, readonly jobId: string | null, readonly requestId: string | null, readonly details: Record<string, unknown> | null }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type RefreshMutationVariables = Exact<{
  input: RefreshInput;
}>;


export type RefreshMutation = { readonly refresh: { readonly job: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type WatchJobQueryVariables = Exact<{
  id: string | number;
}>;


export type WatchJobQuery = { readonly job: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null };

export type ListJobsQueryVariables = Exact<{
  registry: string;
  first: number;
  kinds: ReadonlyArray<JobKind> | JobKind;
}>;


export type ListJobsQuery = { readonly registry: { readonly jobs: ReadonlyArray<{ readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> }> } | null };

export type ShowJobQueryVariables = Exact<{
  id: string | number;
}>;


export type ShowJobQuery = { readonly job: { readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null };

export type CancelJobMutationVariables = Exact<{
  input: CancelJobInput;
}>;


export type CancelJobMutation = { readonly cancelJob: { readonly job: { readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ListWaitingJobsQueryVariables = Exact<{
  registry: string;
}>;


export type ListWaitingJobsQuery = { readonly registry: { readonly awaitingApproval: ReadonlyArray<{ readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> }> } | null };

export type ApproveDeletionMutationVariables = Exact<{
  input: ApproveDeletionInput;
}>;


export type ApproveDeletionMutation = { readonly approveDeletion: { readonly job: { readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RejectDeletionMutationVariables = Exact<{
  input: RejectDeletionInput;
}>;


export type RejectDeletionMutation = { readonly rejectDeletion: { readonly job: { readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UndoJobMutationVariables = Exact<{
  input: UndoJobInput;
}>;


export type UndoJobMutation = { readonly undoJob: { readonly undo: { readonly tagCount: number, readonly restorable: number, readonly present: number, readonly moved: number, readonly gone: number, readonly unknown: number } | null, readonly job: { readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ListRetentionJobsQueryVariables = Exact<{
  registry: string;
}>;


export type ListRetentionJobsQuery = { readonly registry: { readonly jobs: ReadonlyArray<{ readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> }> } | null };

export type JobFactsFragment = { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> };

export type JobDetailsFragment = { readonly requestedBy: string, readonly cancelledBy: string | null, readonly approvedBy: string | null, readonly approvalExpiresAt: string | null, readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly registry: { readonly name: string } | null, readonly pieceCounts: ReadonlyArray<{ readonly state: JobState, readonly count: number }>, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> };

export type ListRegistriesQueryVariables = Exact<{ [key: string]: never; }>;


export type ListRegistriesQuery = { readonly registries: ReadonlyArray<{ readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly readOnly: boolean, readonly freshness: { readonly nextAttemptAt: string | null, readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly checkedAt: string | null, readonly latencyMs: number | null, readonly message: string | null, readonly retryAt: string | null } }> };

export type ShowRegistryQueryVariables = Exact<{
  name: string;
}>;


export type ShowRegistryQuery = { readonly registry: { readonly createdAt: string | null, readonly lastEventAt: string | null, readonly maxAge: number, readonly pullHost: string, readonly authRealm: string | null, readonly hasCredentials: boolean, readonly hasCaCertificate: boolean, readonly hasClientCertificate: boolean, readonly tlsSkipVerify: boolean, readonly followedRepositories: ReadonlyArray<string>, readonly droppedNames: number, readonly droppedNameExamples: ReadonlyArray<string>, readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly readOnly: boolean, readonly proxy: { readonly mode: ProxyMode, readonly url: string | null, readonly hasCredentials: boolean }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly notifications: boolean, readonly referrers: boolean | null }, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly freshness: { readonly nextAttemptAt: string | null, readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly checkedAt: string | null, readonly latencyMs: number | null, readonly message: string | null, readonly retryAt: string | null } } | null };

export type FindRegistryQueryVariables = Exact<{
  name: string;
}>;


export type FindRegistryQuery = { readonly registry: { readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly followedRepositories: ReadonlyArray<string> } | null };

export type AddRegistryMutationVariables = Exact<{
  input: AddRegistryInput;
}>;


export type AddRegistryMutation = { readonly addRegistry: { readonly registry: { readonly createdAt: string | null, readonly lastEventAt: string | null, readonly maxAge: number, readonly pullHost: string, readonly authRealm: string | null, readonly hasCredentials: boolean, readonly hasCaCertificate: boolean, readonly hasClientCertificate: boolean, readonly tlsSkipVerify: boolean, readonly followedRepositories: ReadonlyArray<string>, readonly droppedNames: number, readonly droppedNameExamples: ReadonlyArray<string>, readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly readOnly: boolean, readonly proxy: { readonly mode: ProxyMode, readonly url: string | null, readonly hasCredentials: boolean }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly notifications: boolean, readonly referrers: boolean | null }, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly freshness: { readonly nextAttemptAt: string | null, readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly checkedAt: string | null, readonly latencyMs: number | null, readonly message: string | null, readonly retryAt: string | null } } | null, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly latencyMs: number | null, readonly message: string | null } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UpdateRegistryMutationVariables = Exact<{
  input: UpdateRegistryInput;
}>;


export type UpdateRegistryMutation = { readonly updateRegistry: { readonly registry: { readonly createdAt: string | null, readonly lastEventAt: string | null, readonly maxAge: number, readonly pullHost: string, readonly authRealm: string | null, readonly hasCredentials: boolean, readonly hasCaCertificate: boolean, readonly hasClientCertificate: boolean, readonly tlsSkipVerify: boolean, readonly followedRepositories: ReadonlyArray<string>, readonly droppedNames: number, readonly droppedNameExamples: ReadonlyArray<string>, readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly readOnly: boolean, readonly proxy: { readonly mode: ProxyMode, readonly url: string | null, readonly hasCredentials: boolean }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly notifications: boolean, readonly referrers: boolean | null }, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly freshness: { readonly nextAttemptAt: string | null, readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly checkedAt: string | null, readonly latencyMs: number | null, readonly message: string | null, readonly retryAt: string | null } } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type TestRegistryMutationVariables = Exact<{
  input: TestRegistryInput;
}>;


export type TestRegistryMutation = { readonly testRegistry: { readonly passed: boolean | null, readonly steps: ReadonlyArray<{ readonly kind: ConnectionStepKind, readonly state: ConnectionStepState, readonly message: string, readonly code: ErrorCode | null, readonly hint: string | null, readonly certificate: { readonly subject: string, readonly issuer: string, readonly validFrom: string, readonly validTo: string } | null }> | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RemoveRegistryMutationVariables = Exact<{
  input: RemoveRegistryInput;
}>;


export type RemoveRegistryMutation = { readonly removeRegistry: { readonly removedRegistryId: string | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RegistryRowFragment = { readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly readOnly: boolean, readonly freshness: { readonly nextAttemptAt: string | null, readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly checkedAt: string | null, readonly latencyMs: number | null, readonly message: string | null, readonly retryAt: string | null } };

export type RegistryDetailsFragment = { readonly createdAt: string | null, readonly lastEventAt: string | null, readonly maxAge: number, readonly pullHost: string, readonly authRealm: string | null, readonly hasCredentials: boolean, readonly hasCaCertificate: boolean, readonly hasClientCertificate: boolean, readonly tlsSkipVerify: boolean, readonly followedRepositories: ReadonlyArray<string>, readonly droppedNames: number, readonly droppedNameExamples: ReadonlyArray<string>, readonly id: string, readonly name: string, readonly addr: string, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly readOnly: boolean, readonly proxy: { readonly mode: ProxyMode, readonly url: string | null, readonly hasCredentials: boolean }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly notifications: boolean, readonly referrers: boolean | null }, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly freshness: { readonly nextAttemptAt: string | null, readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly checkedAt: string | null, readonly latencyMs: number | null, readonly message: string | null, readonly retryAt: string | null } };

export type FreshnessFactsFragment = { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null };

export type ListRepositoriesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: RepositoryFilter | null | undefined;
  orderBy?: RepositoryOrder | null | undefined;
}>;


export type ListRepositoriesQuery = { readonly repositories: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly tagCount: number, readonly size: number | null, readonly updatedAt: string | null, readonly registry: { readonly name: string }, readonly latestTag: { readonly name: string } | null }>, readonly sources: ReadonlyArray<{ readonly registry: { readonly name: string }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type MeasureRepositoriesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: RepositoryFilter | null | undefined;
}>;


export type MeasureRepositoriesQuery = { readonly repositories: { readonly nodes: ReadonlyArray<{ readonly name: string, readonly tagCount: number, readonly size: number | null, readonly uniqueSize: number, readonly registry: { readonly name: string } }>, readonly sources: ReadonlyArray<{ readonly registry: { readonly name: string }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ShowRepositoryQueryVariables = Exact<{
  registry: string;
  name: string;
}>;


export type ShowRepositoryQuery = { readonly repository: { readonly id: string, readonly name: string, readonly tagCount: number, readonly size: number | null, readonly uniqueSize: number, readonly updatedAt: string | null, readonly droppedTags: number, readonly droppedTagExamples: ReadonlyArray<string>, readonly viewerCanDelete: boolean, readonly registry: { readonly name: string, readonly addr: string }, readonly latestTag: { readonly name: string, readonly digest: string | null } | null, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null } } | null };

export type DeleteRepositoryMutationVariables = Exact<{
  input: DeleteRepositoryInput;
}>;


export type DeleteRepositoryMutation = { readonly deleteRepository: { readonly plan: { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly manifests: ReadonlyArray<string>, readonly reclaimable: number, readonly leavesEmptyRepository: boolean, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly uncertainties: ReadonlyArray<string>, readonly needsApproval: boolean, readonly tags: ReadonlyArray<{ readonly name: string }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly name: string }>, readonly keepingImage: ReadonlyArray<{ readonly name: string }>, readonly orphanedReferrers: ReadonlyArray<{ readonly artifactType: string | null, readonly digest: string }>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }> } | null, readonly job: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type SourceFragment = { readonly registry: { readonly name: string }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null } };

export type PreviewRetentionQueryVariables = Exact<{
  registry: string;
  repository: string;
}>;


export type PreviewRetentionQuery = { readonly retentionPreview: { readonly keptCount: number, readonly kept: ReadonlyArray<{ readonly reasons: ReadonlyArray<KeepReason>, readonly tag: { readonly name: string } }>, readonly plan: { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly manifests: ReadonlyArray<string>, readonly reclaimable: number, readonly leavesEmptyRepository: boolean, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly uncertainties: ReadonlyArray<string>, readonly needsApproval: boolean, readonly tags: ReadonlyArray<{ readonly name: string }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly name: string }>, readonly keepingImage: ReadonlyArray<{ readonly name: string }>, readonly orphanedReferrers: ReadonlyArray<{ readonly artifactType: string | null, readonly digest: string }>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }> } | null } | null };

export type ApplyRetentionMutationVariables = Exact<{
  input: ApplyRetentionInput;
}>;


export type ApplyRetentionMutation = { readonly applyRetention: { readonly plan: { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly manifests: ReadonlyArray<string>, readonly reclaimable: number, readonly leavesEmptyRepository: boolean, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly uncertainties: ReadonlyArray<string>, readonly needsApproval: boolean, readonly tags: ReadonlyArray<{ readonly name: string }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly name: string }>, readonly keepingImage: ReadonlyArray<{ readonly name: string }>, readonly orphanedReferrers: ReadonlyArray<{ readonly artifactType: string | null, readonly digest: string }>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }> } | null, readonly job: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type ListRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type ListRulesQuery = { readonly registries: ReadonlyArray<{ readonly id: string, readonly name: string, readonly readOnly: boolean, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> } }> };

export type FindRulesQueryVariables = Exact<{
  registry: string;
}>;


export type FindRulesQuery = { readonly registry: { readonly id: string, readonly name: string, readonly readOnly: boolean, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> } } | null };

export type SetProtectionMutationVariables = Exact<{
  input: SetProtectionInput;
}>;


export type SetProtectionMutation = { readonly setProtection: { readonly registry: { readonly id: string, readonly name: string, readonly readOnly: boolean, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> } } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type SetRetentionMutationVariables = Exact<{
  input: SetRetentionInput;
}>;


export type SetRetentionMutation = { readonly setRetention: { readonly registry: { readonly id: string, readonly name: string, readonly readOnly: boolean, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> } } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RuleFactsFragment = { readonly id: string, readonly name: string, readonly readOnly: boolean, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly approvals: ReadonlyArray<{ readonly repository: string, readonly above: number, readonly days: number }>, readonly retention: { readonly intervalHours: number | null, readonly lastRunAt: string | null, readonly rules: ReadonlyArray<{ readonly repository: string, readonly tags: string, readonly keepLast: number | null, readonly keepMatching: ReadonlyArray<string>, readonly keepSemver: string | null, readonly keepYoungerThan: number | null }> } };

export type SearchQueryVariables = Exact<{
  query: string;
  first: number;
  after?: string | null | undefined;
}>;


export type SearchQuery = { readonly search: { readonly nodes: ReadonlyArray<
      | { readonly __typename: 'Image', readonly id: string, readonly digest: string | null, readonly kind: ImageKind, readonly imageSize: number | null, readonly locations: { readonly nodes: ReadonlyArray<{ readonly reference: string }> } }
      | { readonly __typename: 'Registry', readonly id: string, readonly name: string, readonly addr: string }
      | { readonly __typename: 'Repository', readonly id: string, readonly name: string, readonly tagCount: number, readonly repositorySize: number | null, readonly registry: { readonly name: string } }
      | { readonly __typename: 'Tag', readonly id: string, readonly name: string, readonly tagDigest: string | null, readonly tagSize: number | null, readonly repository: { readonly name: string, readonly registry: { readonly name: string } } | null }
    >, readonly sources: ReadonlyArray<{ readonly registry: { readonly name: string }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type DeleteSelectionMutationVariables = Exact<{
  input: DeleteSelectionInput;
}>;


export type DeleteSelectionMutation = { readonly deleteSelection: { readonly plan: { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly repositoryCount: number, readonly protectedTagCount: number, readonly unknownTagCount: number, readonly unreadRepositoryCount: number, readonly reclaimable: number, readonly upstreamRequests: number, readonly confirmedAt: string | null, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly needsApproval: boolean, readonly registry: { readonly name: string }, readonly repository: { readonly name: string } }> } | null, readonly job: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type SelectionFactsFragment = { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly repositoryCount: number, readonly protectedTagCount: number, readonly unknownTagCount: number, readonly unreadRepositoryCount: number, readonly reclaimable: number, readonly upstreamRequests: number, readonly confirmedAt: string | null, readonly repositories: ReadonlyArray<{ readonly tagCount: number, readonly needsApproval: boolean, readonly registry: { readonly name: string }, readonly repository: { readonly name: string } }> };

export type ListTagsQueryVariables = Exact<{
  registry: string;
  repository: string;
  first: number;
  after?: string | null | undefined;
  filter?: TagFilter | null | undefined;
  orderBy?: TagOrder | null | undefined;
}>;


export type ListTagsQuery = { readonly repository: { readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly tags: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly digest: string | null, readonly size: number | null, readonly updatedAt: string | null, readonly updatedAtSource: TimeSource, readonly siblingCount: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type ShowTagQueryVariables = Exact<{
  registry: string;
  repository: string;
  tag: string;
}>;


export type ShowTagQuery = { readonly repository: { readonly tag: { readonly id: string, readonly name: string, readonly reference: string, readonly digest: string | null, readonly imageId: string | null, readonly size: number | null, readonly updatedAt: string | null, readonly updatedAtSource: TimeSource, readonly siblingCount: number, readonly viewerCanDelete: boolean, readonly siblings: ReadonlyArray<{ readonly name: string }>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }>, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly code: ErrorCode, readonly message: string, readonly at: string } | null }, readonly image: { readonly kind: ImageKind, readonly mediaType: string, readonly artifactType: string | null, readonly createdAt: string | null, readonly platforms: ReadonlyArray<{ readonly os: string, readonly architecture: string, readonly variant: string | null, readonly osVersion: string | null, readonly digest: string, readonly size: number | null, readonly createdAt: string | null }>, readonly problems: ReadonlyArray<{ readonly field: string, readonly message: string }> } | null, readonly history: { readonly nodes: ReadonlyArray<{ readonly digest: string, readonly since: string, readonly until: string | null }> } } | null } | null };

export type FindTagHistoryQueryVariables = Exact<{
  registry: string;
  repository: string;
  tag: string;
}>;


export type FindTagHistoryQuery = { readonly registry: { readonly tagHistory: { readonly nodes: ReadonlyArray<{ readonly digest: string, readonly since: string, readonly until: string | null }> } } | null };

export type DeleteTagsMutationVariables = Exact<{
  input: DeleteTagsInput;
}>;


export type DeleteTagsMutation = { readonly deleteTags: { readonly plan: { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly manifests: ReadonlyArray<string>, readonly reclaimable: number, readonly leavesEmptyRepository: boolean, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly uncertainties: ReadonlyArray<string>, readonly needsApproval: boolean, readonly tags: ReadonlyArray<{ readonly name: string }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly name: string }>, readonly keepingImage: ReadonlyArray<{ readonly name: string }>, readonly orphanedReferrers: ReadonlyArray<{ readonly artifactType: string | null, readonly digest: string }>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }> } | null, readonly job: { readonly id: string, readonly state: JobState, readonly done: number, readonly total: number, readonly failureCount: number, readonly createdAt: string | null, readonly finishedAt: string | null, readonly kind: JobKind, readonly repository: string | null, readonly failures: ReadonlyArray<{ readonly subject: string, readonly code: ErrorCode, readonly message: string }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type RestoreTagMutationVariables = Exact<{
  input: RestoreTagInput;
}>;


export type RestoreTagMutation = { readonly restoreTag: { readonly previousDigest: string | null, readonly tag: { readonly id: string, readonly name: string, readonly reference: string, readonly digest: string | null } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type PlanFactsFragment = { readonly token: string, readonly expiresAt: string, readonly tagCount: number, readonly manifestCount: number, readonly manifests: ReadonlyArray<string>, readonly reclaimable: number, readonly leavesEmptyRepository: boolean, readonly method: DeletionMethod, readonly upstreamRequests: number, readonly uncertainties: ReadonlyArray<string>, readonly needsApproval: boolean, readonly tags: ReadonlyArray<{ readonly name: string }>, readonly alsoRemovedTags: ReadonlyArray<{ readonly name: string }>, readonly keepingImage: ReadonlyArray<{ readonly name: string }>, readonly orphanedReferrers: ReadonlyArray<{ readonly artifactType: string | null, readonly digest: string }>, readonly deletionBlockers: ReadonlyArray<{ readonly reason: DeletionBlockerReason, readonly message: string, readonly hint: string | null }> };

export type ListWebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type ListWebhooksQuery = { readonly webhooks: ReadonlyArray<{ readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<EventKind> | null, readonly registries: ReadonlyArray<string> | null, readonly repository: string | null, readonly enabled: boolean, readonly disabledReason: WebhookDisabledReason | null, readonly disabledAt: string | null, readonly owner: string | null, readonly formerSecretUntil: string | null, readonly delivery: { readonly pendingCount: number, readonly lastEventId: string | null, readonly lastDeliveredAt: string | null, readonly lastAttemptAt: string | null, readonly lastStatus: number | null, readonly lastFailure: WebhookFailure | null, readonly attempts: number, readonly nextAttemptAt: string | null } }> };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { readonly createWebhook: { readonly secret: string | null, readonly webhook: { readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<EventKind> | null, readonly registries: ReadonlyArray<string> | null, readonly repository: string | null, readonly enabled: boolean, readonly disabledReason: WebhookDisabledReason | null, readonly disabledAt: string | null, readonly owner: string | null, readonly formerSecretUntil: string | null, readonly delivery: { readonly pendingCount: number, readonly lastEventId: string | null, readonly lastDeliveredAt: string | null, readonly lastAttemptAt: string | null, readonly lastStatus: number | null, readonly lastFailure: WebhookFailure | null, readonly attempts: number, readonly nextAttemptAt: string | null } } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type UpdateWebhookMutationVariables = Exact<{
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { readonly updateWebhook: { readonly secret: string | null, readonly webhook: { readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<EventKind> | null, readonly registries: ReadonlyArray<string> | null, readonly repository: string | null, readonly enabled: boolean, readonly disabledReason: WebhookDisabledReason | null, readonly disabledAt: string | null, readonly owner: string | null, readonly formerSecretUntil: string | null, readonly delivery: { readonly pendingCount: number, readonly lastEventId: string | null, readonly lastDeliveredAt: string | null, readonly lastAttemptAt: string | null, readonly lastStatus: number | null, readonly lastFailure: WebhookFailure | null, readonly attempts: number, readonly nextAttemptAt: string | null } } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type DeleteWebhookMutationVariables = Exact<{
  input: WebhookInput;
}>;


export type DeleteWebhookMutation = { readonly deleteWebhook: { readonly deletedWebhookId: string | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type TestWebhookMutationVariables = Exact<{
  input: WebhookInput;
}>;


export type TestWebhookMutation = { readonly testWebhook: { readonly delivered: boolean | null, readonly status: number | null, readonly ms: number | null, readonly failure: WebhookFailure | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'ChangedSincePlanError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ChangedSinceReadError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteDisabledError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DeleteNotExactError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ForbiddenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidCredentialsError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InvalidInputError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LastAdminError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NameTakenError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotAwaitingApprovalError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'PlanInvalidError', readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ProtectedError', readonly hint: string | null, readonly registryName: string | null, readonly tags: ReadonlyArray<string> | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'RateLimitedError', readonly retryAfter: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'ReadOnlyError', readonly hint: string | null, readonly registryName: string | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'UpstreamFailedError', readonly hint: string | null, readonly registryName: string | null, readonly retryAfter: number | null, readonly retryable: boolean, readonly status: number | null, readonly code: ErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } };

export type WebhookFactsFragment = { readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<EventKind> | null, readonly registries: ReadonlyArray<string> | null, readonly repository: string | null, readonly enabled: boolean, readonly disabledReason: WebhookDisabledReason | null, readonly disabledAt: string | null, readonly owner: string | null, readonly formerSecretUntil: string | null, readonly delivery: { readonly pendingCount: number, readonly lastEventId: string | null, readonly lastDeliveredAt: string | null, readonly lastAttemptAt: string | null, readonly lastStatus: number | null, readonly lastFailure: WebhookFailure | null, readonly attempts: number, readonly nextAttemptAt: string | null } };

const refusal = `fragment Refusal on UserError {
  __typename
  code
  message
  path
  ... on DeleteDisabledError {
    hint
    registryName
  }
  ... on DeleteNotExactError {
    hint
    registryName
    tags
  }
  ... on ProtectedError {
    hint
    registryName
    tags
  }
  ... on ReadOnlyError {
    hint
    registryName
  }
  ... on RateLimitedError {
    retryAfter
  }
  ... on UpstreamFailedError {
    hint
    registryName
    retryAfter
    retryable
    status
  }
}`;

const accountRow = `fragment AccountRow on Account {
  id
  username
  roles
  hasPassword
  passwordExpiresAt
  disabledAt
  createdAt
  teams
  grants {
    ...GrantRow
  }
}`;

const tokenRow = `fragment TokenRow on Token {
  id
  kind
  username
  label
  roles
  createdAt
  expiresAt
  revokedAt
  lastUsedAt
  lastUsedFrom
  grants {
    ...GrantRow
  }
}`;

const grantRow = `fragment GrantRow on Grant {
  id
  registry {
    name
  }
  allRegistries
  repositories
  right
  givenBy
  givenAt
}`;

const teamRow = `fragment TeamRow on Team {
  id
  name
  description
  createdAt
  members
  grants {
    ...GrantRow
  }
}`;

const jobFacts = `fragment JobFacts on Job {
  id
  kind: work
  state
  done
  total
  repository: repositoryName
  failureCount
  failures {
    subject
    code
    message
  }
  createdAt
  finishedAt
}`;

const jobDetails = `fragment JobDetails on Job {
  ...JobFacts
  registry {
    name
  }
  pieceCounts {
    state
    count
  }
  requestedBy
  cancelledBy
  approvedBy
  approvalExpiresAt
}`;

const registryRow = `fragment RegistryRow on Registry {
  id
  name
  addr
  repositoryCount
  tagCount
  size
  readOnly
  freshness {
    ...FreshnessFacts
    nextAttemptAt
  }
  health {
    reachable
    authenticated
    checkedAt
    latencyMs
    message
    retryAt
  }
}`;

const registryDetails = `fragment RegistryDetails on Registry {
  ...RegistryRow
  createdAt
  lastEventAt
  maxAge
  pullHost
  authRealm
  hasCredentials
  hasCaCertificate
  hasClientCertificate
  proxy {
    mode
    url
    hasCredentials
  }
  tlsSkipVerify
  followedRepositories
  capabilities {
    catalog
    deleteManifest
    deleteTag
    notifications
    referrers
  }
  protection {
    repository
    tag
  }
  approvals {
    repository
    above
    days
  }
  retention {
    intervalHours
    lastRunAt
    rules {
      repository
      tags
      keepLast
      keepMatching
      keepSemver
      keepYoungerThan
    }
  }
  droppedNames
  droppedNameExamples
  lastCrawl {
    ...JobFacts
  }
}`;

const freshnessFacts = `fragment FreshnessFacts on Freshness {
  state
  confirmedAt
  retryAt
  lastError {
    code
    message
    at
  }
}`;

const source = `fragment Source on SourceStatus {
  registry {
    name
  }
  freshness {
    ...FreshnessFacts
  }
}`;

const ruleFacts = `fragment RuleFacts on Registry {
  id
  name
  readOnly
  protection {
    repository
    tag
  }
  approvals {
    repository
    above
    days
  }
  retention {
    intervalHours
    lastRunAt
    rules {
      repository
      tags
      keepLast
      keepMatching
      keepSemver
      keepYoungerThan
    }
  }
}`;

const selectionFacts = `fragment SelectionFacts on SelectionPlan {
  token
  expiresAt
  tagCount
  manifestCount
  repositoryCount
  protectedTagCount
  unknownTagCount
  unreadRepositoryCount
  reclaimable
  upstreamRequests
  confirmedAt
  repositories(first: 100) {
    registry {
      name
    }
    repository {
      name
    }
    tagCount
    needsApproval
  }
}`;

const planFacts = `fragment PlanFacts on DeletionPlan {
  token
  expiresAt
  tagCount
  tags(first: 100) {
    name
  }
  alsoRemovedTags(first: 100) {
    name
  }
  keepingImage(first: 100) {
    name
  }
  manifestCount
  manifests(first: 100)
  orphanedReferrers(first: 100) {
    artifactType
    digest
  }
  reclaimable
  leavesEmptyRepository
  method
  upstreamRequests
  uncertainties
  needsApproval
  deletionBlockers {
    reason
    message
    hint
  }
}`;

const webhookFacts = `fragment WebhookFacts on Webhook {
  id
  url
  kinds
  registries
  repository
  enabled
  disabledReason
  disabledAt
  owner
  formerSecretUntil
  delivery {
    pendingCount
    lastEventId
    lastDeliveredAt
    lastAttemptAt
    lastStatus
    lastFailure
    attempts
    nextAttemptAt
  }
}`;

export const logIn: Document<LogInMutation, LogInMutationVariables> = {
  name: 'LogIn',
  required: ['login'],
  text: `mutation LogIn($input: LoginInput!) {
  login(input: $input) {
    token
    viewer {
      username
      roles
    }
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const whoAmI: Document<WhoAmIQuery, WhoAmIQueryVariables> = {
  name: 'WhoAmI',
  required: ['viewer'],
  text: `query WhoAmI {
  viewer {
    username
    roles
  }
}`,
};

export const logOut: Document<LogOutMutation, LogOutMutationVariables> = {
  name: 'LogOut',
  required: ['logout'],
  text: `mutation LogOut {
  logout {
    token {
      id
    }
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const changePassword: Document<ChangePasswordMutation, ChangePasswordMutationVariables> = {
  name: 'ChangePassword',
  required: ['changePassword'],
  text: `mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    account {
      username
    }
    endedTokens
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const listAccounts: Document<ListAccountsQuery, ListAccountsQueryVariables> = {
  name: 'ListAccounts',
  required: ['accounts'],
  text: `query ListAccounts($first: Int!, $after: String, $filter: AccountFilter) {
  accounts(first: $first, after: $after, filter: $filter) {
    nodes {
      ...AccountRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

${accountRow}

${grantRow}`,
};

export const createAccount: Document<CreateAccountMutation, CreateAccountMutationVariables> = {
  name: 'CreateAccount',
  required: ['createAccount'],
  text: `mutation CreateAccount($input: CreateAccountInput!) {
  createAccount(input: $input) {
    account {
      ...AccountRow
    }
    oneTimePassword
    userErrors {
      ...Refusal
    }
  }
}

${accountRow}

${grantRow}

${refusal}`,
};

export const updateAccount: Document<UpdateAccountMutation, UpdateAccountMutationVariables> = {
  name: 'UpdateAccount',
  required: ['updateAccount'],
  text: `mutation UpdateAccount($input: UpdateAccountInput!) {
  updateAccount(input: $input) {
    account {
      ...AccountRow
    }
    endedTokens
    userErrors {
      ...Refusal
    }
  }
}

${accountRow}

${grantRow}

${refusal}`,
};

export const deleteAccount: Document<DeleteAccountMutation, DeleteAccountMutationVariables> = {
  name: 'DeleteAccount',
  required: ['deleteAccount'],
  text: `mutation DeleteAccount($input: DeleteAccountInput!) {
  deleteAccount(input: $input) {
    deletedUsername
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const resetPassword: Document<ResetPasswordMutation, ResetPasswordMutationVariables> = {
  name: 'ResetPassword',
  required: ['resetPassword'],
  text: `mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    account {
      ...AccountRow
    }
    oneTimePassword
    userErrors {
      ...Refusal
    }
  }
}

${accountRow}

${grantRow}

${refusal}`,
};

export const listTokens: Document<ListTokensQuery, ListTokensQueryVariables> = {
  name: 'ListTokens',
  required: ['tokens'],
  text: `query ListTokens($first: Int!, $after: String, $filter: TokenFilter) {
  tokens(first: $first, after: $after, filter: $filter) {
    nodes {
      ...TokenRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

${tokenRow}

${grantRow}`,
};

export const createToken: Document<CreateTokenMutation, CreateTokenMutationVariables> = {
  name: 'CreateToken',
  required: ['createToken'],
  text: `mutation CreateToken($input: CreateTokenInput!) {
  createToken(input: $input) {
    token {
      ...TokenRow
    }
    secret
    userErrors {
      ...Refusal
    }
  }
}

${tokenRow}

${grantRow}

${refusal}`,
};

export const revokeToken: Document<RevokeTokenMutation, RevokeTokenMutationVariables> = {
  name: 'RevokeToken',
  required: ['revokeToken'],
  text: `mutation RevokeToken($input: RevokeTokenInput!) {
  revokeToken(input: $input) {
    token {
      ...TokenRow
    }
    userErrors {
      ...Refusal
    }
  }
}

${tokenRow}

${grantRow}

${refusal}`,
};

export const getHolder: Document<GetHolderQuery, GetHolderQueryVariables> = {
  name: 'GetHolder',
  required: [],
  text: `query GetHolder($name: String!, $isTeam: Boolean!) {
  account(username: $name) @skip(if: $isTeam) {
    username
    grants {
      ...GrantRow
    }
  }
  team(name: $name) @include(if: $isTeam) {
    name
    grants {
      ...GrantRow
    }
  }
}

${grantRow}`,
};

export const grantAccess: Document<GrantAccessMutation, GrantAccessMutationVariables> = {
  name: 'GrantAccess',
  required: ['grantAccess'],
  text: `mutation GrantAccess($input: GrantAccessInput!) {
  grantAccess(input: $input) {
    grant {
      ...GrantRow
    }
    userErrors {
      ...Refusal
    }
  }
}

${grantRow}

${refusal}`,
};

export const revokeGrant: Document<RevokeGrantMutation, RevokeGrantMutationVariables> = {
  name: 'RevokeGrant',
  required: ['revokeGrant'],
  text: `mutation RevokeGrant($input: RevokeGrantInput!) {
  revokeGrant(input: $input) {
    grant {
      ...GrantRow
    }
    userErrors {
      ...Refusal
    }
  }
}

${grantRow}

${refusal}`,
};

export const listTeams: Document<ListTeamsQuery, ListTeamsQueryVariables> = {
  name: 'ListTeams',
  required: ['teams'],
  text: `query ListTeams($first: Int!, $after: String) {
  teams(first: $first, after: $after) {
    nodes {
      ...TeamRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

${teamRow}

${grantRow}`,
};

export const createTeam: Document<CreateTeamMutation, CreateTeamMutationVariables> = {
  name: 'CreateTeam',
  required: ['createTeam'],
  text: `mutation CreateTeam($input: CreateTeamInput!) {
  createTeam(input: $input) {
    team {
      ...TeamRow
    }
    userErrors {
      ...Refusal
    }
  }
}

${teamRow}

${grantRow}

${refusal}`,
};

export const updateTeam: Document<UpdateTeamMutation, UpdateTeamMutationVariables> = {
  name: 'UpdateTeam',
  required: ['updateTeam'],
  text: `mutation UpdateTeam($input: UpdateTeamInput!) {
  updateTeam(input: $input) {
    team {
      ...TeamRow
    }
    userErrors {
      ...Refusal
    }
  }
}

${teamRow}

${grantRow}

${refusal}`,
};

export const deleteTeam: Document<DeleteTeamMutation, DeleteTeamMutationVariables> = {
  name: 'DeleteTeam',
  required: ['deleteTeam'],
  text: `mutation DeleteTeam($input: DeleteTeamInput!) {
  deleteTeam(input: $input) {
    deletedName
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const readAudit: Document<ReadAuditQuery, ReadAuditQueryVariables> = {
  name: 'ReadAudit',
  required: ['auditLog'],
  text: `query ReadAudit($first: Int!, $after: String, $filter: AuditFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      at
      actor
      action
      outcome
      code
      message
      registryName
      repository
      tags
      jobId
      requestId
      details
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
};

export const refresh: Document<RefreshMutation, RefreshMutationVariables> = {
  name: 'Refresh',
  required: ['refresh'],
  text: `mutation Refresh($input: RefreshInput!) {
  refresh(input: $input) {
    job {
      ...JobFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${jobFacts}

${refusal}`,
};

export const watchJob: Document<WatchJobQuery, WatchJobQueryVariables> = {
  name: 'WatchJob',
  required: [],
  text: `query WatchJob($id: ID!) {
  job(id: $id) {
    ...JobFacts
  }
}

${jobFacts}`,
};

export const listJobs: Document<ListJobsQuery, ListJobsQueryVariables> = {
  name: 'ListJobs',
  required: [],
  text: `query ListJobs($registry: String!, $first: Int!, $kinds: [JobKind!]!) {
  registry(name: $registry) {
    jobs(first: $first, kinds: $kinds) {
      ...JobDetails
    }
  }
}

${jobDetails}

${jobFacts}`,
};

export const showJob: Document<ShowJobQuery, ShowJobQueryVariables> = {
  name: 'ShowJob',
  required: [],
  text: `query ShowJob($id: ID!) {
  job(id: $id) {
    ...JobDetails
  }
}

${jobDetails}

${jobFacts}`,
};

export const cancelJob: Document<CancelJobMutation, CancelJobMutationVariables> = {
  name: 'CancelJob',
  required: ['cancelJob'],
  text: `mutation CancelJob($input: CancelJobInput!) {
  cancelJob(input: $input) {
    job {
      ...JobDetails
    }
    userErrors {
      ...Refusal
    }
  }
}

${jobDetails}

${jobFacts}

${refusal}`,
};

export const listWaitingJobs: Document<ListWaitingJobsQuery, ListWaitingJobsQueryVariables> = {
  name: 'ListWaitingJobs',
  required: [],
  text: `query ListWaitingJobs($registry: String!) {
  registry(name: $registry) {
    awaitingApproval(first: 100) {
      ...JobDetails
    }
  }
}

${jobDetails}

${jobFacts}`,
};

export const approveDeletion: Document<ApproveDeletionMutation, ApproveDeletionMutationVariables> = {
  name: 'ApproveDeletion',
  required: ['approveDeletion'],
  text: `mutation ApproveDeletion($input: ApproveDeletionInput!) {
  approveDeletion(input: $input) {
    job {
      ...JobDetails
    }
    userErrors {
      ...Refusal
    }
  }
}

${jobDetails}

${jobFacts}

${refusal}`,
};

export const rejectDeletion: Document<RejectDeletionMutation, RejectDeletionMutationVariables> = {
  name: 'RejectDeletion',
  required: ['rejectDeletion'],
  text: `mutation RejectDeletion($input: RejectDeletionInput!) {
  rejectDeletion(input: $input) {
    job {
      ...JobDetails
    }
    userErrors {
      ...Refusal
    }
  }
}

${jobDetails}

${jobFacts}

${refusal}`,
};

export const undoJob: Document<UndoJobMutation, UndoJobMutationVariables> = {
  name: 'UndoJob',
  required: ['undoJob'],
  text: `mutation UndoJob($input: UndoJobInput!) {
  undoJob(input: $input) {
    undo {
      tagCount
      restorable: tagCount(state: RESTORABLE)
      present: tagCount(state: PRESENT)
      moved: tagCount(state: MOVED)
      gone: tagCount(state: IMAGE_GONE)
      unknown: tagCount(state: UNKNOWN)
    }
    job {
      ...JobDetails
    }
    userErrors {
      ...Refusal
    }
  }
}

${jobDetails}

${jobFacts}

${refusal}`,
};

export const listRetentionJobs: Document<ListRetentionJobsQuery, ListRetentionJobsQueryVariables> = {
  name: 'ListRetentionJobs',
  required: [],
  text: `query ListRetentionJobs($registry: String!) {
  registry(name: $registry) {
    jobs(first: 50, kinds: [RETENTION]) {
      ...JobFacts
    }
  }
}

${jobFacts}`,
};

export const listRegistries: Document<ListRegistriesQuery, ListRegistriesQueryVariables> = {
  name: 'ListRegistries',
  required: ['registries'],
  text: `query ListRegistries {
  registries {
    ...RegistryRow
  }
}

${registryRow}

${freshnessFacts}`,
};

export const showRegistry: Document<ShowRegistryQuery, ShowRegistryQueryVariables> = {
  name: 'ShowRegistry',
  required: [],
  text: `query ShowRegistry($name: String!) {
  registry(name: $name) {
    ...RegistryDetails
  }
}

${registryDetails}

${registryRow}

${freshnessFacts}

${jobFacts}`,
};

export const findRegistry: Document<FindRegistryQuery, FindRegistryQueryVariables> = {
  name: 'FindRegistry',
  required: [],
  text: `query FindRegistry($name: String!) {
  registry(name: $name) {
    id
    name
    addr
    repositoryCount
    tagCount
    followedRepositories
  }
}`,
};

export const addRegistry: Document<AddRegistryMutation, AddRegistryMutationVariables> = {
  name: 'AddRegistry',
  required: ['addRegistry'],
  text: `mutation AddRegistry($input: AddRegistryInput!) {
  addRegistry(input: $input) {
    registry {
      ...RegistryDetails
    }
    health {
      reachable
      authenticated
      latencyMs
      message
    }
    userErrors {
      ...Refusal
    }
  }
}

${registryDetails}

${registryRow}

${freshnessFacts}

${jobFacts}

${refusal}`,
};

export const updateRegistry: Document<UpdateRegistryMutation, UpdateRegistryMutationVariables> = {
  name: 'UpdateRegistry',
  required: ['updateRegistry'],
  text: `mutation UpdateRegistry($input: UpdateRegistryInput!) {
  updateRegistry(input: $input) {
    registry {
      ...RegistryDetails
    }
    userErrors {
      ...Refusal
    }
  }
}

${registryDetails}

${registryRow}

${freshnessFacts}

${jobFacts}

${refusal}`,
};

export const testRegistry: Document<TestRegistryMutation, TestRegistryMutationVariables> = {
  name: 'TestRegistry',
  required: ['testRegistry'],
  text: `mutation TestRegistry($input: TestRegistryInput!) {
  testRegistry(input: $input) {
    passed
    steps {
      kind
      state
      message
      code
      hint
      certificate {
        subject
        issuer
        validFrom
        validTo
      }
    }
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const removeRegistry: Document<RemoveRegistryMutation, RemoveRegistryMutationVariables> = {
  name: 'RemoveRegistry',
  required: ['removeRegistry'],
  text: `mutation RemoveRegistry($input: RemoveRegistryInput!) {
  removeRegistry(input: $input) {
    removedRegistryId
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const listRepositories: Document<ListRepositoriesQuery, ListRepositoriesQueryVariables> = {
  name: 'ListRepositories',
  required: ['repositories'],
  text: `query ListRepositories($first: Int!, $after: String, $filter: RepositoryFilter, $orderBy: RepositoryOrder) {
  repositories(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes {
      id
      name
      registry {
        name
      }
      tagCount
      size
      updatedAt
      latestTag {
        name
      }
    }
    sources {
      ...Source
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

${source}

${freshnessFacts}`,
};

export const measureRepositories: Document<MeasureRepositoriesQuery, MeasureRepositoriesQueryVariables> = {
  name: 'MeasureRepositories',
  required: ['repositories'],
  text: `query MeasureRepositories($first: Int!, $after: String, $filter: RepositoryFilter) {
  repositories(
    first: $first
    after: $after
    filter: $filter
    orderBy: {field: SIZE, direction: DESC}
  ) {
    nodes {
      name
      registry {
        name
      }
      tagCount
      size
      uniqueSize
    }
    sources {
      ...Source
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

${source}

${freshnessFacts}`,
};

export const showRepository: Document<ShowRepositoryQuery, ShowRepositoryQueryVariables> = {
  name: 'ShowRepository',
  required: [],
  text: `query ShowRepository($registry: String!, $name: String!) {
  repository(registry: $registry, name: $name) {
    id
    name
    registry {
      name
      addr
    }
    tagCount
    size
    uniqueSize
    updatedAt
    latestTag {
      name
      digest
    }
    droppedTags
    droppedTagExamples
    viewerCanDelete
    deletionBlockers {
      reason
      message
      hint
    }
    freshness {
      ...FreshnessFacts
    }
  }
}

${freshnessFacts}`,
};

export const deleteRepository: Document<DeleteRepositoryMutation, DeleteRepositoryMutationVariables> = {
  name: 'DeleteRepository',
  required: ['deleteRepository'],
  text: `mutation DeleteRepository($input: DeleteRepositoryInput!) {
  deleteRepository(input: $input) {
    plan {
      ...PlanFacts
    }
    job {
      ...JobFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${planFacts}

${jobFacts}

${refusal}`,
};

export const previewRetention: Document<PreviewRetentionQuery, PreviewRetentionQueryVariables> = {
  name: 'PreviewRetention',
  required: [],
  text: `query PreviewRetention($registry: String!, $repository: String!) {
  retentionPreview(registry: $registry, repository: $repository) {
    keptCount
    kept(first: 100) {
      reasons
      tag {
        name
      }
    }
    plan {
      ...PlanFacts
    }
  }
}

${planFacts}`,
};

export const applyRetention: Document<ApplyRetentionMutation, ApplyRetentionMutationVariables> = {
  name: 'ApplyRetention',
  required: ['applyRetention'],
  text: `mutation ApplyRetention($input: ApplyRetentionInput!) {
  applyRetention(input: $input) {
    plan {
      ...PlanFacts
    }
    job {
      ...JobFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${planFacts}

${jobFacts}

${refusal}`,
};

export const listRules: Document<ListRulesQuery, ListRulesQueryVariables> = {
  name: 'ListRules',
  required: ['registries'],
  text: `query ListRules {
  registries {
    ...RuleFacts
  }
}

${ruleFacts}`,
};

export const findRules: Document<FindRulesQuery, FindRulesQueryVariables> = {
  name: 'FindRules',
  required: [],
  text: `query FindRules($registry: String!) {
  registry(name: $registry) {
    ...RuleFacts
  }
}

${ruleFacts}`,
};

export const setProtection: Document<SetProtectionMutation, SetProtectionMutationVariables> = {
  name: 'SetProtection',
  required: ['setProtection'],
  text: `mutation SetProtection($input: SetProtectionInput!) {
  setProtection(input: $input) {
    registry {
      ...RuleFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${ruleFacts}

${refusal}`,
};

export const setRetention: Document<SetRetentionMutation, SetRetentionMutationVariables> = {
  name: 'SetRetention',
  required: ['setRetention'],
  text: `mutation SetRetention($input: SetRetentionInput!) {
  setRetention(input: $input) {
    registry {
      ...RuleFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${ruleFacts}

${refusal}`,
};

export const search: Document<SearchQuery, SearchQueryVariables> = {
  name: 'Search',
  required: ['search'],
  text: `query Search($query: String!, $first: Int!, $after: String) {
  search(query: $query, first: $first, after: $after) {
    nodes {
      __typename
      ... on Registry {
        id
        name
        addr
      }
      ... on Repository {
        id
        name
        registry {
          name
        }
        tagCount
        repositorySize: size
      }
      ... on Tag {
        id
        name
        tagDigest: digest
        tagSize: size
        repository {
          name
          registry {
            name
          }
        }
      }
      ... on Image {
        id
        digest
        kind
        imageSize: size
        locations(first: 1) {
          nodes {
            reference
          }
        }
      }
    }
    sources {
      ...Source
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

${source}

${freshnessFacts}`,
};

export const deleteSelection: Document<DeleteSelectionMutation, DeleteSelectionMutationVariables> = {
  name: 'DeleteSelection',
  required: ['deleteSelection'],
  text: `mutation DeleteSelection($input: DeleteSelectionInput!) {
  deleteSelection(input: $input) {
    plan {
      ...SelectionFacts
    }
    job {
      ...JobFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${selectionFacts}

${jobFacts}

${refusal}`,
};

export const listTags: Document<ListTagsQuery, ListTagsQueryVariables> = {
  name: 'ListTags',
  required: [],
  text: `query ListTags($registry: String!, $repository: String!, $first: Int!, $after: String, $filter: TagFilter, $orderBy: TagOrder) {
  repository(registry: $registry, name: $repository) {
    freshness {
      ...FreshnessFacts
    }
    tags(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        name
        digest
        size
        updatedAt
        updatedAtSource
        siblingCount
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}

${freshnessFacts}`,
};

export const showTag: Document<ShowTagQuery, ShowTagQueryVariables> = {
  name: 'ShowTag',
  required: [],
  text: `query ShowTag($registry: String!, $repository: String!, $tag: String!) {
  repository(registry: $registry, name: $repository) {
    tag(name: $tag) {
      id
      name
      reference
      digest
      imageId
      size
      updatedAt
      updatedAtSource
      siblingCount
      siblings(first: 100) {
        name
      }
      viewerCanDelete
      deletionBlockers {
        reason
        message
        hint
      }
      freshness {
        ...FreshnessFacts
      }
      image {
        kind
        mediaType
        artifactType
        createdAt
        platforms(first: 100) {
          os
          architecture
          variant
          osVersion
          digest
          size
          createdAt
        }
        problems {
          field
          message
        }
      }
      history(first: 10) {
        nodes {
          digest
          since
          until
        }
      }
    }
  }
}

${freshnessFacts}`,
};

export const findTagHistory: Document<FindTagHistoryQuery, FindTagHistoryQueryVariables> = {
  name: 'FindTagHistory',
  required: [],
  text: `query FindTagHistory($registry: String!, $repository: String!, $tag: String!) {
  registry(name: $registry) {
    tagHistory(repository: $repository, tag: $tag, first: 20) {
      nodes {
        digest
        since
        until
      }
    }
  }
}`,
};

export const deleteTags: Document<DeleteTagsMutation, DeleteTagsMutationVariables> = {
  name: 'DeleteTags',
  required: ['deleteTags'],
  text: `mutation DeleteTags($input: DeleteTagsInput!) {
  deleteTags(input: $input) {
    plan {
      ...PlanFacts
    }
    job {
      ...JobFacts
    }
    userErrors {
      ...Refusal
    }
  }
}

${planFacts}

${jobFacts}

${refusal}`,
};

export const restoreTag: Document<RestoreTagMutation, RestoreTagMutationVariables> = {
  name: 'RestoreTag',
  required: ['restoreTag'],
  text: `mutation RestoreTag($input: RestoreTagInput!) {
  restoreTag(input: $input) {
    previousDigest
    tag {
      id
      name
      reference
      digest
    }
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const listWebhooks: Document<ListWebhooksQuery, ListWebhooksQueryVariables> = {
  name: 'ListWebhooks',
  required: ['webhooks'],
  text: `query ListWebhooks {
  webhooks {
    ...WebhookFacts
  }
}

${webhookFacts}`,
};

export const createWebhook: Document<CreateWebhookMutation, CreateWebhookMutationVariables> = {
  name: 'CreateWebhook',
  required: ['createWebhook'],
  text: `mutation CreateWebhook($input: CreateWebhookInput!) {
  createWebhook(input: $input) {
    webhook {
      ...WebhookFacts
    }
    secret
    userErrors {
      ...Refusal
    }
  }
}

${webhookFacts}

${refusal}`,
};

export const updateWebhook: Document<UpdateWebhookMutation, UpdateWebhookMutationVariables> = {
  name: 'UpdateWebhook',
  required: ['updateWebhook'],
  text: `mutation UpdateWebhook($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) {
    webhook {
      ...WebhookFacts
    }
    secret
    userErrors {
      ...Refusal
    }
  }
}

${webhookFacts}

${refusal}`,
};

export const deleteWebhook: Document<DeleteWebhookMutation, DeleteWebhookMutationVariables> = {
  name: 'DeleteWebhook',
  required: ['deleteWebhook'],
  text: `mutation DeleteWebhook($input: WebhookInput!) {
  deleteWebhook(input: $input) {
    deletedWebhookId
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};

export const testWebhook: Document<TestWebhookMutation, TestWebhookMutationVariables> = {
  name: 'TestWebhook',
  required: ['testWebhook'],
  text: `mutation TestWebhook($input: WebhookInput!) {
  testWebhook(input: $input) {
    delivered
    status
    ms
    failure
    userErrors {
      ...Refusal
    }
  }
}

${refusal}`,
};
