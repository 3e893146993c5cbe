import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashSecret } from '../domain/digest.js';
import { decodeJson, JsonError } from '../domain/json.js';
import { quote } from '../domain/name.js';
import { badInput } from '../errors.js';
import { createIntake, type EventSink, type Intake, type Verdicts } from './intake.js';
import { judgeRefusal, type Refusal, RefusedSender, refusals } from './refusals.js';
import { createShapeMemory, describeForm, describeShape, type FirstOfItsShape } from './shapes.js';

export interface EventParts {
  readonly sink: EventSink;
  /** The user agent of the gateway's own requests: an event that one of them caused is no news. */
  readonly ownUserAgent: string;
  readonly clock?: () => Date;
  /**
   * Told of each notification that was taken: how many of its events had which verdict; of one that cannot be read
   * `unreadable`.
   */
  readonly onEvents?: (registryId: string, verdicts: Readonly<Record<string, number>>) => void;
  /** Told of each notification that was not taken. */
  readonly onRefused?: (refusal: Refusal) => void;
}

/** Bytes of a body that are kept and looked at. */
const maxBody = 1024 * 1024;

/**
 * Any version of distribution's events: a type refused here would stop a registry's queue on the day it is upgraded.
 */
const mediaTypes = /^application\/(?:json|cloudevents\+json|vnd\.docker\.distribution\.events\.v\d+\+json)(?:;|$)/;

type Body = { readonly value: unknown } | { readonly fault: 'too large' | 'unreadable'; readonly reason: string };
type EventRequest = FastifyRequest<{ Params: { registry: string } }>;
type Sender = NonNullable<Awaited<ReturnType<EventSink['findRegistry']>>>;

/**
 * `POST /events/:registry`, the name or id of an attached registry: distribution's envelopes, webhooks of Harbor and of
 * Azure, and zot's events, with the registry's notification secret. 401 without it, whatever the reason, before the
 * body is read. With it always 202, also for what is not understood: distribution sends an event that is refused again
 * for ever, and everything else behind it waits.
 */
export function registerEventRoutes(
  server: FastifyInstance,
  { sink, ownUserAgent, clock = () => new Date(), onEvents, onRefused }: EventParts,
): void {
  const intake = createIntake({ sink, ownUserAgent, clock });
  const isFirst = createShapeMemory();
  const routes = async (scope: FastifyInstance): Promise<void> => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(mediaTypes, (_request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
      readBody(payload),
    );
    scope.decorateRequest('sender', null);
    scope.addHook('onError', async ({ facts }, _reply, error) => {
      const refusal = judgeRefusal(error);
      facts.reason = refusals[refusal];
      onRefused?.(refusal);
    });
    scope.addHook<{ Params: { registry: string } }>('onRequest', async (request) =>
      request.setDecorator('sender', await authenticate(request, sink)),
    );
    scope.post('/events/:registry', async (request: EventRequest, reply) => {
      const sender = request.getDecorator<Sender>('sender');
      sink.noteReceived(sender.id, clock());
      const verdicts = takeIn(request, sender, intake, isFirst, () =>
        sink.notify(sender.id, null, clock(), () => undefined),
      );
      onEvents?.(sender.id, verdicts ?? { unreadable: 1 });
      return reply.code(202).send();
    });
  };
  // Of a function without a name to show, Fastify looks for a module that exports it, in all there are.
  void server.register(Object.assign(routes, { [Symbol.for('fastify.display-name')]: 'notifications' }));
}

/** One answer for no such registry, not set up and a wrong secret: it must not tell which registries there are. */
async function authenticate(request: EventRequest, sink: EventSink): Promise<Sender> {
  const { registry } = request.params;
  const sender = await sink.findRegistry(registry);
  if (hasSecret(request.headers, sender?.secretHash ?? null)) {
    request.facts.registry = sender!.id;
    return sender!;
  }
  throw new RefusedSender(
    sender === null ? 'no_such_registry' : sender.secretHash === null ? 'no_secret' : 'wrong_secret',
  );
}

/**
 * Keeps no more than `maxBody`, but lets the rest pass by: a sender that is cut off takes it for a failure and sends it
 * again.
 */
async function readBody(payload: AsyncIterable<Buffer>): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of payload) {
      size += chunk.length;
      if (size <= maxBody) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    throw badInput('The body ended before it was whole.');
  }
  return size > maxBody
    ? { fault: 'too large', reason: `it is larger than ${maxBody} bytes` }
    : decodeBody(Buffer.concat(chunks));
}

function decodeBody(bytes: Buffer): Body {
  try {
    return { value: decodeJson(bytes) };
  } catch (error) {
    if (error instanceof JsonError) return { fault: 'unreadable', reason: error.message };
    throw error;
  }
}

/**
 * Takes in the body of a notification and returns the decision about each of its events; null when it cannot be read.
 * A body that cannot be read may be about anything, so the registry's names are read again. The log says so once for
 * each shape, because a registry sends the same shape with every change.
 */
function takeIn(
  request: EventRequest,
  sender: Sender,
  intake: Intake,
  isFirst: FirstOfItsShape,
  refreshNames: () => void,
): Verdicts | null {
  // A request without a body is not parsed at all.
  const body = (request.body as Body | undefined) ?? { value: undefined };
  const about = { registry: sender.id, mediaType: quote(request.headers['content-type'] ?? '') };
  const fail = (shape: string, reason: string): void => {
    const level = isFirst(sender.id, shape) ? 'warn' : 'debug';
    request.log[level](
      { ...about, shape, reason },
      'a notification could not be read: the registry is read again in its place',
    );
  };
  if ('fault' in body) {
    fail(describeShape(request.headers, body.fault), body.reason);
    refreshNames();
    return null;
  }
  const verdicts = intake(sender.id, body.value, request.headers);
  if (verdicts) request.log.debug({ ...about, events: verdicts }, 'a notification was taken in');
  if (!verdicts || verdicts.malformed)
    fail(describeShape(request.headers, describeForm(body.value)), 'a shape that is not known');
  if (!verdicts) refreshNames();
  return verdicts;
}

/**
 * True when one of the headers that may carry a secret carries the one with this hash. Takes the same time for a null
 * hash, and is then false.
 */
export function hasSecret(headers: IncomingHttpHeaders, secretHash: string | null): boolean {
  const expected = secretHash ?? hashSecret('');
  const matching = findSecrets(headers).filter((secret) => isEqual(hashSecret(secret), expected));
  return secretHash !== null && matching.length > 0;
}

/**
 * Distribution sends the headers it is configured with; Harbor sends its "Auth Header" as the whole value of
 * Authorization, with or without a scheme; some versions of zot send no header that they are configured with, but a
 * user name and a password. An empty value is no secret.
 */
function findSecrets({ authorization, 'x-registry-secret': own }: IncomingHttpHeaders): string[] {
  const bearer = authorization && /^bearer +(.+)$/i.exec(authorization)?.[1];
  const basic = authorization && /^basic +([\w+/=-]+)$/i.exec(authorization)?.[1];
  const password = basic && /^[^:]*:(.+)$/s.exec(Buffer.from(basic, 'base64').toString())?.[1];
  return [bearer, password, authorization, own].filter((text) => typeof text === 'string' && text !== '') as string[];
}

/** Hashed once more, so that both have the length that the constant-time comparison asks for. */
function isEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}
