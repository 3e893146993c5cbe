import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash, verify } from '@node-rs/argon2';
import { pino } from 'pino';
import { type App, type AppSettings, createApp } from '../../../src/app.js';
import type { Argon2 } from '../../../src/auth/password.js';
import { createToken, hashToken } from '../../../src/auth/token.js';
import type { Role } from '../../../src/domain/account.js';
import type { Job } from '../../../src/domain/job.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import { openStore } from '../../../src/store/engines.js';
import { createGraphQLEngine, type GraphQLEngine } from '../../../src/graphql/engine.js';
import { operations } from '../../../src/rest/operations.js';
import { noTracer } from '../../../src/trace.js';
import { assertDocumented } from '../observed/documented.js';
import { closeOnce } from '../run/leftovers.js';
import { createShared, engineOfRun } from '../servers/engines.js';
import { migratedImage } from '../servers/image.js';
import { createHastyTimer } from '../timer.js';

/** An HTTP answer; `body` is parsed when it is JSON, `text` is what came. */
export interface HttpAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly text: string;
}

export interface GraphQLAnswer<T = unknown> {
  readonly data?: T | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly [fact: string]: unknown };
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * The whole gateway, listening on a free port of 127.0.0.1, with an admin who is logged in. Registries are asked again
 * at once, without a pause.
 */
export interface TestGateway extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
  /** Where its database is, until it is closed; `sqlite:` was before it. */
  readonly databaseFile: string;
  /** `admin:token`, for X-Access-Token. */
  readonly access: string;
  /** One JSON object for each line of the log so far. */
  readonly log: readonly Record<string, unknown>[];
  /**
   * As the admin unless `access` or `headers` say otherwise; `access: null` sends no token. `path` goes onto the wire
   * as it stands. What the OpenAPI document does not have, and is of the API, throws.
   */
  rest<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<HttpAnswer<T>>;
  graphql<T = unknown>(
    query: string,
    variables?: Record<string, unknown>,
    options?: RequestOptions,
  ): Promise<HttpAnswer<GraphQLAnswer<T>>>;
  attach(name: string, addr: string, credentials?: { username: string; password: string }): Promise<void>;
  /** Reads a registry whole now, however lately somebody forced that, and waits for it. */
  crawl(name: string): Promise<Job>;
  /** Moves the clock. */
  wait(seconds: number): void;
  /** `user:token` of a new account with these roles. */
  accessAs(...roles: Role[]): Promise<string>;
}

export interface RequestOptions {
  readonly access?: string | null;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text is sent as it stands, anything else as JSON. */
  readonly body?: unknown;
}

/** Gateways of a suite share it: making one takes longer than all else of a start. */
let engine: GraphQLEngine | undefined;

/** Few passwords of tests are worth what a guesser should pay. */
const quickArgon2: Argon2 = {
  hash: (password) => hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 }),
  verify,
};

export const adminPassword = 'correct horse battery';

export async function startGateway(settings: Partial<AppSettings> = {}): Promise<TestGateway> {
  const log: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const directory = await mkdtemp(join(tmpdir(), 'gateway-'));
  const shared = settings.databaseUrl === undefined && engineOfRun === 'postgres' ? await createShared() : null;
  const databaseUrl = settings.databaseUrl ?? shared?.url ?? `sqlite:${join(directory, 'gateway.db')}`;
  const databaseFile = databaseUrl.slice('sqlite:'.length);
  let waited = 0;
  const app = await createApp({
    databaseUrl,
    image: migratedImage,
    argon2: quickArgon2,
    ...(settings.tracer === undefined && { engine: (engine ??= createGraphQLEngine(noTracer, operations)) }),
    loadKey: () => randomBytes(32),
    admin: { username: 'admin', password: adminPassword },
    allowedOrigins: [],
    logger,
    clock: () => new Date(Date.now() + waited * 1000),
    // No test but those of the limits is about how fast it asks, or how busy the machine is.
    measureLoopDelay: () => 0,
    operationTimeout: 120,
    ...settings,
    httpLimits: { requests: 1_000_000, anonymousRequests: 1_000_000, ...settings.httpLimits },
    upstream: { timer: createHastyTimer(), ...settings.upstream },
  });
  const close = closeOnce(async () => {
    await app.close();
    await shared?.drop();
    await rm(directory, { recursive: true, force: true });
  });
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  const login = await exchange<{ auth_token: string }>(url, 'POST', '/auth/login', {
    body: { username: 'admin', password: adminPassword },
  });
  const access = `admin:${login.body.auth_token}`;

  const gateway: TestGateway = {
    app,
    url,
    databaseFile,
    access,
    log,
    async rest<T>(method: string, path: string, options: RequestOptions = {}) {
      const answer = await exchange<T>(url, method, path, { access, ...options });
      assertDocumented({ method, path, body: options.body }, answer);
      return answer;
    },
    graphql: (query, variables, options = {}) =>
      exchange(url, 'POST', '/graphql', { access, body: { query, variables }, ...options }),
    async attach(name, addr, credentials) {
      const { status, body } = await gateway.rest('POST', '/api/registries', { body: { name, addr, ...credentials } });
      if (status !== 204) throw new Error(`The registry could not be attached: ${JSON.stringify(body)}`);
    },
    async crawl(name) {
      const request = app.catalogue.open({ accountId: 'test', username: 'test', roles: ['admin'] });
      const { registries, jobs } = app.catalogue.useCases.browsing;
      const { job, ended } = await app.catalogue.sync.crawl(await registries.find(request, name), 'test');
      await ended;
      return jobs.find(request, job.id);
    },
    wait: (seconds) => {
      waited += seconds;
    },
    accessAs: (...roles) => createAccess(databaseUrl, roles),
    [Symbol.asyncDispose]: close,
  };
  return gateway;
}

/**
 * One request on a connection of its own, its path as it stands: nothing resolves `..` or `//` on the way, as `fetch`
 * would.
 */
export function exchange<T>(
  url: string,
  method: string,
  path: string,
  { access = null, headers = {}, body }: RequestOptions,
): Promise<HttpAnswer<T>> {
  const bytes = body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const { hostname, port } = new URL(url);
  const sent = {
    ...(access !== null && { 'x-access-token': access }),
    ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = requestHttp({ hostname, port, method, path, agent: false, headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { 'content-type': type = '', 'content-encoding': coding } = response.headers;
        const isJson = type.includes('json') && coding === undefined;
        const received = new Headers(
          Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          ),
        );
        resolve({
          status: response.statusCode ?? 0,
          headers: received,
          body: (isJson && text ? JSON.parse(text) : text) as T,
          text,
        });
      });
    });
    request.on('error', reject);
    request.end(bytes ?? undefined);
  });
}

/** Made as the command line makes them: beside the running gateway, in its database. */
async function createAccess(databaseUrl: string, roles: readonly Role[]): Promise<string> {
  const database = await openStore(databaseUrl, { access: 'beside' });
  try {
    const accounts = new AccountStore(database);
    const username = `user-${randomBytes(4).toString('hex')}`;
    const account = await accounts.create({ username, roles, passwordHash: null });
    const token = createToken();
    await accounts.createToken({
      accountId: account.id,
      hash: hashToken(token),
      label: 'test',
      roles,
      expiresAt: new Date(Date.now() + 86_400_000),
    });
    return `${username}:${token}`;
  } finally {
    await database.close();
  }
}
