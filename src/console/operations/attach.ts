// Written by "npm run operations" from schema.graphql and src/console/operations/attach.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

export type AddRegistryMutationVariables = Exact<{
  input: AddRegistryInput;
}>;


export type AddRegistryMutation = { readonly addRegistry: { readonly registry: { readonly id: string, readonly name: string } | null, readonly userErrors: ReadonlyArray<
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

export const addRegistry: Operation<AddRegistryMutation, AddRegistryMutationVariables> = {
  text: "mutation AddRegistry($input:AddRegistryInput!){addRegistry(input:$input){registry{id name}userErrors{message path}}}",
};
