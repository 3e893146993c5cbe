import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { type App, type AppSettings, createApp } from '../../src/app.js';

/** An HTTP answer; `body` is parsed when it is JSON. */
export interface HttpAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface GraphQLAnswer<T = unknown> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions: { readonly code: string; readonly [fact: string]: unknown } }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The whole gateway, listening on a free port of 127.0.0.1, with an admin who is logged in. */
export interface TestGateway extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
  /** `admin:token`, for X-Access-Token. */
  readonly access: string;
  /** One JSON object for each line of the log so far. */
  readonly log: readonly Record<string, unknown>[];
  /** As the admin unless `headers` say otherwise; `access: null` sends no token. */
  rest<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<HttpAnswer<T>>;
  graphql<T = unknown>(query: string, variables?: Record<string, unknown>, options?: RequestOptions): Promise<HttpAnswer<GraphQLAnswer<T>>>;
  attach(name: string, addr: string, credentials?: { username: string; password: string }): Promise<void>;
}

export interface RequestOptions {
  readonly access?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const adminPassword = 'correct horse battery';

export async function startGateway(settings: Partial<AppSettings> = {}): Promise<TestGateway> {
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) });
  const app = await createApp({
    databaseUrl: 'sqlite::memory:',
    loadKey: () => randomBytes(32),
    admin: { username: 'admin', password: adminPassword },
    allowedOrigins: [],
    logger,
    ...settings,
  });
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  const send = async <T>(method: string, path: string, { access = null, headers = {}, body }: RequestOptions): Promise<HttpAnswer<T>> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { ...(access !== null && { 'x-access-token': access }), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : text) as T };
  };
  const login = await send<{ auth_token: string }>('POST', '/auth/login', { body: { username: 'admin', password: adminPassword } });
  const access = `admin:${login.body.auth_token}`;

  const gateway: TestGateway = {
    app,
    url,
    access,
    log,
    rest: (method, path, options = {}) => send(method, path, { access, ...options }),
    graphql: (query, variables, options = {}) => send('POST', '/graphql', { access, body: { query, variables }, ...options }),
    async attach(name, addr, credentials) {
      const { status, body } = await gateway.rest('POST', '/api/registries', { body: { name, addr, ...credentials } });
      if (status !== 204) throw new Error(`The registry could not be attached: ${JSON.stringify(body)}`);
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
  return gateway;
}
