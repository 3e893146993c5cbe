/**
 * `/graphql` and the log-in, as the page uses them. Addresses are relative, so that a path in front of the gateway
 * does not matter.
 */

/** The browser forgets it with the tab. */
const storedAs = 'registry-gateway:access';

const logInMutation = `mutation LogIn($username: String!, $password: String!) {
  login(input: { username: $username, password: $password }) {
    token
    viewer { username roles }
    userErrors { code message ... on RateLimitedError { retryAfter } }
  }
}`;

const logOutMutation = 'mutation LogOut { logout { userErrors { message } } }';

/** Milliseconds that somebody who logs out waits for the gateway. */
const timeToLogOut = 3000;

const viewerQuery = '{ viewer { username roles } }';

/** The access was refused: log in again. */
export class AccessError extends Error {}

/** `{ access: 'username:token', viewer }`. Throws an Error whose message is for the user. */
export async function logIn(username, password) {
  const answer = await post({ query: logInMutation, variables: { username, password } });
  const payload = readData(answer).login;
  const [fault] = payload.userErrors;
  if (fault) throw new Error(fault.retryAfter ? `${fault.message} Wait ${fault.retryAfter} s.` : fault.message);
  return { access: `${payload.viewer.username}:${payload.token}`, viewer: payload.viewer };
}

/** Ends the token. Where the gateway does not answer it ends by itself. */
export async function logOut(access) {
  const more = { signal: AbortSignal.timeout(timeToLogOut) };
  await send('graphql', { query: logOutMutation }, access, {}, more).catch(() => undefined);
}

/**
 * Who a pasted or kept `username:token` belongs to; null: whom a proxy names. Throws AccessError when the gateway
 * refuses it.
 */
export async function findViewer(access) {
  return readData(await post({ query: viewerQuery }, access)).viewer;
}

/**
 * Reads what the page says at first: names for its examples, and what is wrong. `{ registry, repository, notice }`,
 * each null where there is none; of whoever may not look, all null.
 */
export async function findOverview(access) {
  const { data } = await post({ query: overviewQuery }, access);
  const registries = data?.registries ?? [];
  const first = registries.find(({ repositories }) => repositories?.nodes.length > 0) ?? registries[0];
  return {
    registry: first?.name ?? null,
    repository: first?.repositories?.nodes[0]?.name ?? null,
    notice: data ? describeState(registries) : null,
  };
}

const overviewQuery = `{
  registries {
    name
    health { reachable authenticated message }
    freshness { lastError { message } }
    repositories(first: 1) { nodes { name } }
  }
}`;

function describeState(registries) {
  if (registries.length === 0)
    return (
      'No registry is attached yet. The tab AttachRegistry attaches one: put its address in, then run it with ' +
      'Ctrl+Enter.'
    );
  const sick = registries.filter(
    ({ health, freshness }) => !health.reachable || health.authenticated === false || freshness.lastError,
  );
  if (sick.length === 0) return null;
  const [{ name, health, freshness }] = sick;
  const others =
    sick.length > 1 ? ` So are ${sick.length - 1} more: "health" and "freshness" of each registry say why.` : '';
  const trouble = freshness.lastError?.message ?? health.message ?? 'it does not answer.';
  const next = 'The mutation updateRegistry changes its address, credentials or certificates.';
  return `The registry "${name}" is in trouble: ${trouble} ${next}${others}`;
}

/**
 * A GraphiQL fetcher; a subscription gives answers as they come. What the user typed in the headers editor is sent too,
 * but never in place of the access.
 */
export function createFetcher(access, onRefused) {
  return async (params, options) => {
    try {
      if (isSubscription(params, options)) return await follow(params, access, options?.headers);
      return await post(params, access, options?.headers);
    } catch (error) {
      if (error instanceof AccessError) onRefused(error.message);
      return { errors: [{ message: error.message }] };
    }
  };
}

function isSubscription({ operationName }, options) {
  const operations = (options?.documentAST?.definitions ?? []).filter(({ kind }) => kind === 'OperationDefinition');
  const asked = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  return asked?.operation === 'subscription';
}

async function post(body, access, headers) {
  return readJson(await send('graphql', body, access, headers));
}

async function send(path, body, access, headers = {}, more = {}) {
  const token = (access ?? null) === null ? {} : { 'x-access-token': access };
  const { accept = 'application/json', signal } = more;
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers, accept, 'content-type': 'application/json', ...token },
    body: JSON.stringify(body),
    signal,
  }).catch(() => {
    throw new Error('The gateway does not answer. Check that it is running, then try again.');
  });
  if (response.status === 401)
    throw new AccessError(
      'The gateway does not accept this token: it is wrong, has expired or was revoked. Log in again.',
    );
  return response;
}

function readJson(response) {
  return response.json().catch(() => {
    throw new Error(
      `The gateway, or a proxy before it, answered with status ${response.status} and no JSON. Try again.`,
    );
  });
}

/** Until GraphiQL wants no more; or the one answer with why there is no stream. */
async function follow(body, access, headers) {
  const ending = new AbortController();
  const { signal } = ending;
  const response = await send('graphql/stream', body, access, headers, { accept: 'text/event-stream', signal });
  if (!response.ok) return readJson(response);
  const answers = readAnswers(response, signal);
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => answers.next(),
      // The one that is waited for may not come for hours.
      return: async () => {
        ending.abort();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** The messages of graphql-sse: `next` has an answer, and `complete` is the end. */
async function* readAnswers(response, signal) {
  const next = 'event: next\ndata: ';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done && signal.aborted) return;
    if (done) throw new Error('The stream has broken off. Run the subscription again, after the last id.');
    const messages = (rest + value).split('\n\n');
    rest = messages.pop();
    for (const message of messages) {
      if (message.startsWith('event: complete')) return;
      if (message.startsWith(next)) yield JSON.parse(message.slice(next.length));
    }
  }
}

/** Throws the first error of an answer without data. A refusal before GraphQL ran is `error`, in one. */
function readData({ data, errors, error }) {
  if (data) return data;
  throw new Error(
    errors?.[0]?.message ?? error?.message ?? 'The gateway gave an answer that this page does not understand.',
  );
}

export function readAccess() {
  return sessionStorage.getItem(storedAs);
}

/** null: there is none to be kept. */
export function keepAccess(access) {
  if (access !== null) sessionStorage.setItem(storedAs, access);
}

export function forgetAccess() {
  sessionStorage.removeItem(storedAs);
}

/**
 * Where GraphiQL keeps tabs and history: in this tab only. Operations can hold passwords, as addRegistry's do, and
 * those must not stay on the machine.
 */
export const tabStorage = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: (key) => sessionStorage.removeItem(key),
  get length() {
    return listOwnKeys().length;
  },
  clear: () => listOwnKeys().forEach((key) => sessionStorage.removeItem(key)),
};

function listOwnKeys() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith('graphiql:'));
}
