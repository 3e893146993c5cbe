import type { TypedDocumentString } from './gql/graphql.ts';

/** A gateway, and who asks it. */
export interface Connection {
  /** `http://localhost:4000` */
  readonly url: string;
  readonly username: string;
  readonly token: string;
  /** Sends the ids of documents in place of their texts: for a gateway with TRUSTED_DOCUMENTS. */
  readonly byId?: boolean;
}

/** An error of a whole answer: `code` is one of docs/errors.md. */
export class GatewayError extends Error {
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(message: string, code: string, requestId: string | undefined) {
    super(message);
    this.code = code;
    this.requestId = requestId;
  }
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly requestId?: string };
  }[];
}

/** Logs in. The token is good for a day; `POST /api/logout` ends it. */
export async function logIn(url: string, username: string, password: string): Promise<Connection> {
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!answer.ok) throw new Error(`The login was refused (${answer.status}): ${await answer.text()}`);
  const { auth_token: token } = (await answer.json()) as { auth_token: string };
  return { url, username, token };
}

/** Runs an operation: its variables and its result have the types that graphql-codegen wrote. */
export async function execute<Result, Variables>(
  { url, username, token, byId = false }: Connection,
  document: TypedDocumentString<Result, Variables>,
  ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
): Promise<Result> {
  const named = byId ? { documentId: document.__meta__?.['hash'] as string } : { query: document.toString() };
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'x-access-token': `${username}:${token}`,
    },
    body: JSON.stringify({ ...named, variables }),
  });
  const { data, errors = [] } = (await answer.json()) as Answer<Result>;
  const [error] = errors;
  // Parts that could not be read are null, with an error each beside the rest: this client takes no half answers.
  if (error || !data)
    throw new GatewayError(
      error?.message ?? `There is no answer (${answer.status}).`,
      error?.extensions?.code ?? 'INTERNAL',
      error?.extensions?.requestId,
    );
  return data;
}
