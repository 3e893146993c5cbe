import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Follower, RequestContext } from '../catalogue/context.js';
import type { Viewer } from '../domain/account.js';
import { unauthenticated } from '../errors.js';
import { RequestProblem } from '../http/problem.js';
import type { OpenStream } from './openstreams.js';

/** A line that no client tells of; some browsers show the answer only once there is something in it. */
export const comment = ':\n\n';

/**
 * Bytes that are made ahead of a client. One that does not read has nothing more made for it, and is cut as any answer
 * that is not taken; it goes on after the last id that it has.
 */
const madeAhead = 64 * 1024;

/** WHATWG HTML §9.2: an event of a stream. `data` is JSON, and so has no line breaks. */
export function writeEvent({ id, event, data }: { id?: string; event?: string; data?: string }): string {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(data === undefined ? [] : [data === '' ? 'data:' : `data: ${data}`]),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** Throws 406 for a client that does not take a stream. */
export function assertTakesEvents({ headers: { accept } }: FastifyRequest): void {
  if (accept === undefined || /(?:^|,)\s*(?:text\/event-stream|text\/\*|\*\/\*)\s*(?:;|,|$)/i.test(accept)) return;
  throw new RequestProblem(406, 'This address answers with a stream: send "Accept: text/event-stream".');
}

/**
 * Says who asks for a stream. Throws UNAUTHENTICATED for a stranger, who is counted as such before anything else is
 * looked at, and 406.
 */
export async function admitReader(
  request: FastifyRequest,
  identify: (request: FastifyRequest) => Promise<Viewer | null>,
): Promise<Viewer> {
  const viewer = await identify(request);
  if (viewer === null) throw unauthenticated();
  assertTakesEvents(request);
  return viewer;
}

/** Gives what `work` gives; `end` is called when the stream ends before: nothing is read for a reader who is gone. */
export async function readWithin<T>(
  stream: OpenStream,
  end: (reason: unknown) => void,
  work: () => Promise<T>,
): Promise<T> {
  const release = stream.onEnd(() => end(stream.signal.reason));
  try {
    return await work();
  } finally {
    release();
  }
}

/** A request of one look of a follower, and what ends what is read for it. */
export interface Look {
  readonly request: RequestContext;
  readonly end: (reason: unknown) => void;
}

/**
 * Gives all that a follower is told while the stream is open, at whose end it is closed; `open` makes the request that
 * each look counts as.
 */
export function follow<T>(stream: OpenStream, follower: Follower<T>, open: () => Look): AsyncGenerator<T> {
  stream.onEnd(() => follower.close());
  return lookOn(stream, follower, open);
}

async function* lookOn<T>(stream: OpenStream, follower: Follower<T>, open: () => Look): AsyncGenerator<T> {
  while (!stream.signal.aborted) {
    let judgedFor = stream.viewer;
    let found = await look(stream, open(), (request) => follower.next(request));
    const isNone = found.length === 0;
    for (let at = 0; at < found.length; at++) {
      if (stream.signal.aborted) return;
      if (stream.viewer !== judgedFor && follower.stillSeen) {
        // A slow reader takes them long after they were found.
        judgedFor = stream.viewer;
        const untold = found.length - at;
        found = await look(stream, open(), (request) => follower.stillSeen!(request, untold));
        at = -1;
      } else yield found[at]!;
    }
    if (follower.isOver) return;
    if (isNone) await follower.wait(stream.signal);
  }
}

async function look<T>(
  stream: OpenStream,
  { request, end }: Look,
  ask: (request: RequestContext) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await readWithin(stream, end, () => ask(request));
  } catch (error) {
    if (stream.signal.aborted) return [];
    throw error;
  }
}

/**
 * Answers with what `texts` gives, as its client takes it, until it ends or the stream does. `whileSilent` is sent each
 * time that there was nothing for a while.
 */
export function sendEvents(
  reply: FastifyReply,
  stream: OpenStream,
  texts: AsyncGenerator<string>,
  whileSilent: () => string = () => comment,
): FastifyReply {
  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    // A compressor waits for more before it gives anything.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    // Else it would be waited for, once more, when the stream has ended and the gateway stops.
    connection: 'close',
  });
  return reply.send(new StreamBody(stream, texts, whileSilent, () => reply.raw.writableLength));
}

class StreamBody extends Readable {
  readonly #stream: OpenStream;
  readonly #texts: AsyncGenerator<string>;
  #isMaking = false;

  /** `countUnsent` gives the bytes that were taken over, and that the connection has not taken yet. */
  constructor(stream: OpenStream, texts: AsyncGenerator<string>, whileSilent: () => string, countUnsent: () => number) {
    super({ highWaterMark: madeAhead });
    this.#stream = stream;
    this.#texts = texts;
    stream.breakSilence = () => {
      if (this.readableLength === 0 && !this.destroyed && !stream.ended) this.push(whileSilent());
    };
    // It was made by other rights than its reader has now, who goes on after the last id.
    stream.changeRights = () => {
      if (this.readableLength + countUnsent() > 0) this.destroy();
    };
    // One that does not read would keep the gateway from stopping.
    stream.onEnd(() => {
      if (this.readableLength > 0) this.destroy();
    });
  }

  override _read(): void {
    if (this.#isMaking) return;
    this.#isMaking = true;
    this.#texts.next().then(
      ({ done, value }) => {
        this.#isMaking = false;
        if (this.destroyed) return;
        this.#stream.noteSent();
        this.push(done ? null : value);
      },
      (error: unknown) => this.destroy(error as Error),
    );
  }

  /** One that waits for an event has been woken by the end of the stream. */
  async #close(): Promise<void> {
    await this.#texts.return(undefined).catch(() => undefined);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stream.end('gone');
    void this.#close();
    done(error);
  }
}
