import { pino } from 'pino';
import type { EventSink } from '../../src/events/intake.js';
import { registerEventRoutes } from '../../src/events/routes.js';
import { hashSecret } from '../../src/domain/digest.js';
import { closeOnce } from '../support/run/leftovers.js';
import type { Notice } from '../../src/domain/notice.js';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';

/** One call of the sink: `id repository`, or `id names` for the list of names. */
export type Reread = string;

export interface Door extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** In the order the sink was told. */
  readonly rereads: Reread[];
  /** When each was received. */
  readonly times: Date[];
  /** What each was about; null: the list of names. */
  readonly notices: (Notice | null)[];
  /** For each, what says that it did not show. */
  readonly misses: (() => void)[];
  readonly log: Record<string, unknown>[];
  /** Why notifications were refused. */
  readonly refused: string[];
  /** Registries whose secret was shown, a time for each notification. */
  readonly received: string[];
  /**
   * To `main` with its secret, as distribution 2.x sends, unless said otherwise. A string or bytes are sent as they
   * are.
   */
  post(
    body: unknown,
    options?: { registry?: string; headers?: Record<string, string> },
  ): Promise<{ status: number; body: unknown }>;
}

export const secret = 'correct-horse-battery-staple';
export const otherSecret = 'another-secret-of-another-registry';
export const v1 = 'application/vnd.docker.distribution.events.v1+json';
export const ownUserAgent = 'registry-gateway';

const registries: Record<string, { id: string; addr: string; secretHash: string | null }> = {
  main: { id: 'id-main', addr: 'http://main.example', secretHash: hashSecret(secret) },
  other: { id: 'id-other', addr: 'http://other.example', secretHash: hashSecret(otherSecret) },
  quiet: { id: 'id-quiet', addr: 'http://quiet.example', secretHash: null },
};

/**
 * The gateway's server with the notifications' route, a plain one at `/echo`, three registries, and a sink that writes
 * down what it is told.
 */
export async function openDoor(settings: { clock?: () => Date; sink?: Partial<EventSink> } = {}): Promise<Door> {
  const rereads: Reread[] = [];
  const times: Date[] = [];
  const notices: (Notice | null)[] = [];
  const misses: (() => void)[] = [];
  const log: Record<string, unknown>[] = [];
  const refused: string[] = [];
  const received: string[] = [];
  const logger = pino(
    { level: 'debug' },
    { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const server = await createHttpServer({
    logger,
    allowedOrigins: [],
    limits: defaultHttpLimits,
    measureLoopDelay: () => 0,
  });
  const sink: EventSink = {
    findRegistry: async (name) => (Object.hasOwn(registries, name) ? registries[name]! : null),
    notify(registryId, notice, at, onMissed) {
      rereads.push(`${registryId} ${notice?.repository ?? 'names'}`);
      times.push(at);
      notices.push(notice);
      misses.push(onMissed);
    },
    noteReceived: (registryId) => received.push(registryId),
    ...settings.sink,
  };
  registerEventRoutes(server, {
    sink,
    ownUserAgent,
    onRefused: (refusal) => refused.push(refusal),
    ...(settings.clock && { clock: settings.clock }),
  });
  server.post('/echo', async (request) => request.body);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    rereads,
    times,
    notices,
    misses,
    log,
    refused,
    received,
    async post(body, { registry = 'main', headers = {} } = {}) {
      const bytes = Buffer.from(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
      const answer = await fetch(`${url}/events/${registry}`, {
        method: 'POST',
        headers: { 'content-type': v1, authorization: `Bearer ${secret}`, ...headers },
        body: bytes,
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? '' : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: closeOnce(() => server.close()),
  };
}

/** An event as distribution 2.8.2 sends it about a pushed image. */
export function createEvent(
  repository: unknown,
  facts: { id?: unknown; action?: unknown; target?: object; request?: unknown } = {},
): Record<string, unknown> {
  const {
    id = crypto.randomUUID(),
    action = 'push',
    target = {},
    request = { id: 'r', method: 'PUT', useragent: 'docker/27' },
  } = facts;
  return {
    id,
    timestamp: '2026-01-02T03:04:05.067994127Z',
    action,
    target: {
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      size: 579,
      digest: `sha256:${'a'.repeat(64)}`,
      repository,
      tag: 'v1',
      ...target,
    },
    request,
    actor: { name: 'alice' },
    source: { addr: 'host:5000', instanceID: 'i' },
  };
}
