import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventFollower } from '../catalogue/browse/events.js';
import type { Viewer } from '../domain/account.js';
import { type EventFilter, type EventKind, eventKinds, type ToldEvent } from '../domain/event.js';
import { parseRepositoryName } from '../domain/name.js';
import { noteOperation } from '../domain/requestfacts.js';
import { badInput, GatewayError } from '../errors.js';
import type { Context } from '../graphql/context.js';
import { admitReader, comment, follow, readWithin, sendEvents, writeEvent } from '../streams/eventstream.js';
import type { OpenStream, OpenStreams } from '../streams/openstreams.js';
import type { eventAnswer } from './answers.js';
import type { Shaped } from './wire.js';
import { assertParameters, type Query } from './input.js';
import { eventsQuery } from './queries.js';

export interface EventRouteParts {
  readonly streams: OpenStreams;
  /** Throws UNAUTHENTICATED for a bad token; without a token the viewer is null. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
  readonly createContext: (request: FastifyRequest, viewer: Viewer | null) => Context;
}

/** The name that the log and metrics have for it. */
export const streamOperation = 'streamEvents';

/**
 * `GET /api/events`: events as they happen, for any client that reads lines. A browser's own EventSource can send no
 * token; libraries that are one over `fetch` do.
 */
export function registerEventStream(server: FastifyInstance, parts: EventRouteParts): void {
  const { streams, identify, createContext } = parts;
  const begin = (request: FastifyRequest, stream: OpenStream): Promise<EventFollower> => {
    const context = createContext(request, stream.viewer);
    return readWithin(stream, context.end, async () => {
      const query = assertParameters(request, 'A stream of events', Object.keys(eventsQuery.shape));
      const [after, filter] = [readAfter(request, query), await readFilter(query, context)];
      return context.browsing.events.follow(context.request, after, filter);
    });
  };
  server.route({
    method: 'GET',
    url: '/api/events',
    exposeHeadRoute: false,
    async handler(request, reply): Promise<FastifyReply> {
      const viewer = await admitReader(request, identify);
      noteOperation(request.facts, streamOperation);
      const stream = streams.open(request, viewer);
      try {
        const follower = await begin(request, stream);
        const events = follow(stream, follower, () => createContext(request, stream.viewer));
        const { texts, tellPlace } = write(stream, follower, events);
        return sendEvents(reply, stream, texts, tellPlace);
      } catch (error) {
        stream.end('gone');
        throw error;
      }
    },
  });
}

/**
 * The place is told first, and in silence where others than those that were asked for have passed since: a client that
 * comes back goes on from there.
 */
function write(stream: OpenStream, follower: EventFollower, events: AsyncIterable<ToldEvent>) {
  let told = follower.place;
  let known = told;
  const tellPlace = (): string => {
    const { place } = follower;
    if (place === known) return comment;
    known = place;
    return place === told ? comment : comment + writeEvent({ id: (told = place) });
  };
  const texts = async function* (): AsyncGenerator<string> {
    yield comment + writeEvent({ id: told });
    try {
      for await (const event of events) {
        if (stream.ended) return;
        // An event that is told comes after the place of the look that found it.
        [told, known] = [event.id, follower.place];
        yield writeEvent({ id: event.id, data: JSON.stringify(shapeEvent(event)) });
      }
    } catch (error) {
      // Its client comes back, and is then told what is wrong.
      if (!(error instanceof GatewayError)) throw error;
    }
  };
  return { texts: texts(), tellPlace };
}

/** A field that the event does not have is left out. */
function shapeEvent(event: ToldEvent): Shaped<typeof eventAnswer> {
  const { id, kind, at, registryId, registryName, formerDigest, tagCount, jobId, jobKind, jobState } = event;
  const { repository, tag, digest, message } = event;
  const fields = {
    repository,
    tag,
    digest,
    former_digest: formerDigest,
    tag_count: tagCount,
    job_id: jobId,
    job_kind: jobKind,
    job_state: jobState,
    message,
  };
  const given: KnownFields<typeof fields> = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null),
  );
  return { id, kind, at, registry: registryName, registry_id: registryId, ...given };
}

type KnownFields<T> = { readonly [Name in keyof T]?: NonNullable<T[Name]> };

/** A browser that comes back names the last id that it had beside the URL, which stays as it was. */
function readAfter({ headers }: FastifyRequest, { after }: Query): string | null {
  const last = headers['last-event-id'];
  if (typeof last === 'string' && last !== '') return last;
  if (Array.isArray(after)) throw badInput('"after" was given more than once.', 'after');
  return after === undefined || after === '' ? null : after;
}

async function readFilter(query: Query, { request, browsing }: Context): Promise<EventFilter> {
  const [registries, repositories, kinds] = [query['registry'], query['repository'], query['kind']].map(toList);
  if (repositories!.length > 1) throw badInput('"repository" was given more than once.', 'repository');
  const unknown = kinds!.find((kind) => !eventKinds.includes(kind as EventKind));
  if (unknown !== undefined)
    throw badInput(`"kind" is one of ${eventKinds.join(', ')}, in capitals; several are given one by one.`, 'kind');
  return {
    ...(registries!.length > 0 && { registryIds: await browsing.events.findRegistries(request, registries!) }),
    ...(repositories!.length > 0 && { repository: parseRepositoryName(repositories![0]!, 'repository') }),
    ...(kinds!.length > 0 && { kinds: kinds as EventKind[] }),
  };
}

function toList(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
