// Written by "npm run operations" from schema.graphql and src/console/operations/testregistry.graphql. Do not edit.
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

/** The reason why a step of a connection's test was not asked. */
export type ConnectionStepSkipReason =
  /** An earlier step failed. */
  | 'AFTER_FAILURE'
  /** The proxy on the way looks the name up. */
  | 'NAME_BY_PROXY'
  /** The address has an IP address in place of a name. */
  | 'NO_NAME'
  /** No repository is known to ask for. */
  | 'NO_REPOSITORY'
  /** The address begins with http: what is sent can be read on the way. */
  | 'NO_TLS'
  /** The registry is read-only here: nothing is deleted there. */
  | 'READ_ONLY'
  /** An admin is told how far it came, and nobody else. */
  | 'UNTOLD';

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

/** A user name and a password that the gateway shows a registry, or a proxy. They are stored encrypted and never given back. */
export type CredentialsInput = {
  /** Its password or token. */
  readonly password: string;
  /** The account there. */
  readonly username: string;
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

export type TestRegistryMutationVariables = Exact<{
  input: TestRegistryInput;
}>;


export type TestRegistryMutation = { readonly testRegistry: { readonly passed: boolean | null, readonly steps: ReadonlyArray<{ readonly kind: ConnectionStepKind, readonly state: ConnectionStepState, readonly message: string, readonly hint: string | null, readonly skipReason: ConnectionStepSkipReason | null, readonly certificate: { readonly subject: string, readonly issuer: string, readonly validTo: string } | null }> | null, readonly userErrors: ReadonlyArray<
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

export const testRegistry: Operation<TestRegistryMutation, TestRegistryMutationVariables> = {
  text: "mutation TestRegistry($input:TestRegistryInput!){testRegistry(input:$input){passed steps{kind state message hint skipReason certificate{subject issuer validTo}}userErrors{message path}}}",
};
