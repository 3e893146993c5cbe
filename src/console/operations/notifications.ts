// Written by "npm run operations" from schema.graphql and src/console/operations/notifications.graphql. Do not edit.
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

/** A kind of registry, by how it is told of a sink. */
export type Notifier =
  /** Azure Container Registry: a command of Azure's command line that makes a webhook. */
  | 'AZURE'
  /** CNCF distribution (`registry:2`, `registry:3`): a part of its `config.yml`. */
  | 'DISTRIBUTION'
  /** Harbor: a command that makes a webhook of one project; it asks for the password of the account. */
  | 'HARBOR'
  /** zot: a part of its configuration, in JSON. */
  | 'ZOT';

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

/** Something in a text that the gateway does not know. */
export type SetupBlankName =
  /** An account of the registry that may make webhooks of the project. */
  | 'ACCOUNT'
  /** The address of the gateway as the registry reaches it, with the path of a proxy where there is one. */
  | 'GATEWAY'
  /** The name of a project there. Each project has webhooks of its own. */
  | 'PROJECT'
  /** The name of the registry in Azure. */
  | 'REGISTRY'
  /** The secret that was set as `eventsSecret`. The gateway keeps its hash alone: set a new one if it is lost. */
  | 'SECRET';

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

export type NotificationSetupQueryVariables = Exact<{
  id: string;
  kind: Notifier;
  address?: string | null | undefined;
}>;


export type NotificationSetupQuery = { readonly registry: { readonly id: string, readonly name: string, readonly lastEventAt: string | null, readonly capabilities: { readonly notifications: boolean }, readonly notificationSetup: { readonly kind: Notifier, readonly url: string | null, readonly text: string, readonly blanks: ReadonlyArray<{ readonly name: SetupBlankName, readonly text: string }> } | null } | null };

export type SetNotificationSecretMutationVariables = Exact<{
  input: UpdateRegistryInput;
}>;


export type SetNotificationSecretMutation = { readonly updateRegistry: { readonly userErrors: ReadonlyArray<
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

export const notificationSetup: Operation<NotificationSetupQuery, NotificationSetupQueryVariables> = {
  text: "query NotificationSetup($id:String!$kind:Notifier!$address:String){registry(name:$id){id name lastEventAt capabilities{notifications}notificationSetup(kind:$kind address:$address){kind url text blanks{name text}}}}",
};

export const setNotificationSecret: Operation<SetNotificationSecretMutation, SetNotificationSecretMutationVariables> = {
  text: "mutation SetNotificationSecret($input:UpdateRegistryInput!){updateRegistry(input:$input){userErrors{message path}}}",
};
