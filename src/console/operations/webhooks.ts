// Written by "npm run operations" from schema.graphql and src/console/operations/webhooks.graphql. Do not edit.
import type { Operation } from '../pure/operation.js';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
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

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhooksQuery = { readonly webhooks: ReadonlyArray<{ readonly id: string, readonly url: string, readonly kinds: ReadonlyArray<EventKind> | null, readonly registries: ReadonlyArray<string> | null, readonly repository: string | null, readonly owner: string | null, readonly enabled: boolean, readonly disabledReason: WebhookDisabledReason | null, readonly createdAt: string, readonly delivery: { readonly lastDeliveredAt: string | null, readonly lastStatus: number | null, readonly lastFailure: WebhookFailure | null, readonly failingSince: string | null, readonly nextAttemptAt: string | null, readonly pendingCount: number } }> | null, readonly viewer: { readonly canManageWebhooks: boolean } | null };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { readonly createWebhook: { readonly secret: string | null, readonly userErrors: ReadonlyArray<
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

export type UpdateWebhookMutationVariables = Exact<{
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { readonly updateWebhook: { readonly secret: string | null, readonly userErrors: ReadonlyArray<
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

export type TestWebhookMutationVariables = Exact<{
  input: WebhookInput;
}>;


export type TestWebhookMutation = { readonly testWebhook: { readonly delivered: boolean | null, readonly status: number | null, readonly ms: number | null, readonly failure: WebhookFailure | null, readonly userErrors: ReadonlyArray<
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

export type DeleteWebhookMutationVariables = Exact<{
  input: WebhookInput;
}>;


export type DeleteWebhookMutation = { readonly deleteWebhook: { readonly userErrors: ReadonlyArray<
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

export const webhooks: Operation<WebhooksQuery, WebhooksQueryVariables> = {
  text: "query Webhooks{webhooks{id url kinds registries repository owner enabled disabledReason createdAt delivery{lastDeliveredAt lastStatus lastFailure failingSince nextAttemptAt pendingCount}}viewer{canManageWebhooks}}",
};

export const createWebhook: Operation<CreateWebhookMutation, CreateWebhookMutationVariables> = {
  text: "mutation CreateWebhook($input:CreateWebhookInput!){createWebhook(input:$input){secret userErrors{message path}}}",
};

export const updateWebhook: Operation<UpdateWebhookMutation, UpdateWebhookMutationVariables> = {
  text: "mutation UpdateWebhook($input:UpdateWebhookInput!){updateWebhook(input:$input){secret userErrors{message path}}}",
};

export const testWebhook: Operation<TestWebhookMutation, TestWebhookMutationVariables> = {
  text: "mutation TestWebhook($input:WebhookInput!){testWebhook(input:$input){delivered status ms failure userErrors{message path}}}",
};

export const deleteWebhook: Operation<DeleteWebhookMutation, DeleteWebhookMutationVariables> = {
  text: "mutation DeleteWebhook($input:WebhookInput!){deleteWebhook(input:$input){userErrors{message path}}}",
};
