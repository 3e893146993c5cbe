// Written by "npm run operations" from schema.graphql and src/console/operations/registry.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** A certificate and its key, for a registry that wants its clients to have one. They are stored encrypted and never given back. */
export type ClientCertificateInput = {
  /** PEM of the certificate, and behind it of those that vouch for it. */
  readonly certificate: string;
  /** PEM of its key, which is not encrypted. */
  readonly key: string;
};

/** A user name and a password that the gateway shows a registry, or a proxy. They are stored encrypted and never given back. */
export type CredentialsInput = {
  /** Its password or token. */
  readonly password: string;
  /** The account there. */
  readonly username: string;
};

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

/** A registry to detach. */
export type RemoveRegistryInput = {
  /** Its id: instead of all names. */
  readonly id?: string | number | null | undefined;
  /** The registry's name, or its UUID: instead of `id`. */
  readonly registry?: string | null | undefined;
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

export type RegistryQueryVariables = Exact<{
  name: string;
}>;


export type RegistryQuery = { readonly registry: { readonly id: string, readonly name: string, readonly addr: string, readonly pullHost: string, readonly readOnly: boolean, readonly maxAge: number, readonly createdAt: string | null, readonly lastEventAt: string | null, readonly authRealm: string | null, readonly hasCredentials: boolean, readonly hasCaCertificate: boolean, readonly hasClientCertificate: boolean, readonly tlsSkipVerify: boolean, readonly followedRepositories: ReadonlyArray<string>, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly upstreamRequests: number, readonly droppedNames: number, readonly droppedNameExamples: ReadonlyArray<string>, readonly viewerCanUpdate: boolean, readonly viewerCanRefresh: boolean, readonly viewerCanDetach: boolean, readonly proxy: { readonly mode: ProxyMode, readonly url: string | null, readonly hasCredentials: boolean }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly latencyMs: number | null, readonly checkedAt: string | null, readonly message: string | null }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly nextAttemptAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly message: string, readonly at: string } | null }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly deletesTagsFirst: boolean | null, readonly referrers: boolean | null, readonly notifications: boolean }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly createdAt: string | null, readonly finishedAt: string | null } | null, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly retention: { readonly intervalHours: number | null, readonly rules: ReadonlyArray<{ readonly repository: string }> } } | null };

export type UpdateRegistryMutationVariables = Exact<{
  input: UpdateRegistryInput;
}>;


export type UpdateRegistryMutation = { readonly updateRegistry: { readonly registry: { readonly id: string, readonly name: string } | null, readonly userErrors: ReadonlyArray<
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

export type RefreshRegistryMutationVariables = Exact<{
  input: RefreshInput;
}>;


export type RefreshRegistryMutation = { readonly refresh: { readonly job: { readonly id: string } | null, readonly userErrors: ReadonlyArray<
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

export type RemoveRegistryMutationVariables = Exact<{
  input: RemoveRegistryInput;
}>;


export type RemoveRegistryMutation = { readonly removeRegistry: { readonly removedRegistryId: string | null, readonly userErrors: ReadonlyArray<
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

export type RegistryDetailsFragment = { readonly id: string, readonly name: string, readonly addr: string, readonly pullHost: string, readonly readOnly: boolean, readonly maxAge: number, readonly createdAt: string | null, readonly lastEventAt: string | null, readonly authRealm: string | null, readonly hasCredentials: boolean, readonly hasCaCertificate: boolean, readonly hasClientCertificate: boolean, readonly tlsSkipVerify: boolean, readonly followedRepositories: ReadonlyArray<string>, readonly repositoryCount: number, readonly tagCount: number, readonly size: number | null, readonly upstreamRequests: number, readonly droppedNames: number, readonly droppedNameExamples: ReadonlyArray<string>, readonly viewerCanUpdate: boolean, readonly viewerCanRefresh: boolean, readonly viewerCanDetach: boolean, readonly proxy: { readonly mode: ProxyMode, readonly url: string | null, readonly hasCredentials: boolean }, readonly health: { readonly reachable: boolean | null, readonly authenticated: boolean | null, readonly latencyMs: number | null, readonly checkedAt: string | null, readonly message: string | null }, readonly freshness: { readonly state: FreshnessState, readonly confirmedAt: string | null, readonly nextAttemptAt: string | null, readonly retryAt: string | null, readonly lastError: { readonly message: string, readonly at: string } | null }, readonly capabilities: { readonly catalog: boolean | null, readonly deleteManifest: boolean | null, readonly deleteTag: boolean | null, readonly deletesTagsFirst: boolean | null, readonly referrers: boolean | null, readonly notifications: boolean }, readonly lastCrawl: { readonly id: string, readonly state: JobState, readonly createdAt: string | null, readonly finishedAt: string | null } | null, readonly protection: ReadonlyArray<{ readonly repository: string, readonly tag: string }>, readonly retention: { readonly intervalHours: number | null, readonly rules: ReadonlyArray<{ readonly repository: string }> } };

export const registry: Operation<RegistryQuery, RegistryQueryVariables> = {
  text: "query Registry($name:String!){registry(name:$name){...RegistryDetails}}fragment RegistryDetails on Registry{id name addr pullHost readOnly maxAge createdAt lastEventAt authRealm hasCredentials hasCaCertificate hasClientCertificate tlsSkipVerify followedRepositories repositoryCount tagCount size upstreamRequests droppedNames droppedNameExamples proxy{mode url hasCredentials}health{reachable authenticated latencyMs checkedAt message}freshness{state confirmedAt nextAttemptAt retryAt lastError{message at}}capabilities{catalog deleteManifest deleteTag deletesTagsFirst referrers notifications}lastCrawl{id state createdAt finishedAt}protection{repository tag}retention{intervalHours rules{repository}}viewerCanUpdate viewerCanRefresh viewerCanDetach}",
};

export const updateRegistry: Operation<UpdateRegistryMutation, UpdateRegistryMutationVariables> = {
  text: "mutation UpdateRegistry($input:UpdateRegistryInput!){updateRegistry(input:$input){registry{id name}userErrors{message path}}}",
};

export const refreshRegistry: Operation<RefreshRegistryMutation, RefreshRegistryMutationVariables> = {
  text: "mutation RefreshRegistry($input:RefreshInput!){refresh(input:$input){job{id}userErrors{message path}}}",
};

export const removeRegistry: Operation<RemoveRegistryMutation, RemoveRegistryMutationVariables> = {
  text: "mutation RemoveRegistry($input:RemoveRegistryInput!){removeRegistry(input:$input){removedRegistryId userErrors{message path}}}",
};
