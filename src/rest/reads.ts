import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { MadeInPieces, AnswerSurface, Made } from '../cache/surface.js';
import { longestCollected, type Pieces } from '../cache/pieces.js';
import type { AwaitTurn } from '../catalogue/browse/batches.js';
import type { RequestContext } from '../catalogue/context.js';
import type { Browsing } from '../catalogue/usecases.js';
import type { Viewer } from '../domain/account.js';
import { noteOperation } from '../domain/requestfacts.js';
import type { Context } from '../graphql/context.js';
import type { Deadline } from '../graphql/server/deadline.js';
import type { Executor } from '../graphql/server/executor.js';
import type { Tracer } from '../trace.js';
import { type Operation, readFreshness, readRepositoryFreshness } from './operations.js';
import type { OperationResult } from './outcome.js';
import { tellNext } from './paging.js';
import { type FreshnessData, tellFreshness } from './shapes.js';
import { followContext, type ListOperation, openTraced } from './tracing.js';

export interface RestParts {
  readonly executor: Executor;
  readonly deadline: Deadline;
  readonly answers: AnswerSurface;
  /** Throws UNAUTHENTICATED for a bad token; without a token the viewer is null. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
  readonly createContext: (request: FastifyRequest, viewer: Viewer | null) => Context;
  /** Ids of the registries that a request read. */
  readonly readTouched: (context: Context) => readonly string[];
  readonly clock: () => Date;
  readonly tracer: Tracer;
}

/** Runs an operation as the one who sent the request. */
export type RunOperation = <T>(operation: Operation, variables: Record<string, unknown>) => Promise<OperationResult<T>>;

/** Runs an operation for a request, as the one who sent it. */
export type RunFor = <T>(
  request: FastifyRequest,
  operation: Operation,
  variables: Record<string, unknown>,
) => Promise<OperationResult<T>>;

/** The objects that a reading route works with. */
export interface ReadParts {
  readonly run: RunOperation;
  readonly request: RequestContext;
  readonly browsing: Browsing;
  /** To be waited for before each page. Throws when the client is gone. */
  readonly pace: AwaitTurn;
}

interface ReadHeaders {
  /** Told in headers: of what `of` names, where the answer is kept. */
  readonly freshness?: FreshnessData;
  /** The registry's name; or that, a slash and the repository's. */
  readonly of?: string;
  /** The cursor of the page after this one; null, and left out: there is none. */
  readonly next?: string | null;
}

/** The answer of a route that reads one thing. */
export interface RestAnswer extends ReadHeaders {
  readonly body: unknown;
  /** No part of it failed. */
  readonly isWhole: boolean;
}

/** The answer of a route that reads a list, made in pieces, because it may be of any length. */
export interface RestList extends ReadHeaders {
  readonly pieces: Pieces;
  /** JSON where left out. */
  readonly contentType?: string;
  /** Known at the end of the pieces: the answer is the same for as long as the data is. */
  readonly isWhole: () => boolean;
  /** How long it will be, roughly. */
  readonly bytes: number;
}

/** Sends what `open` gives; `list` where no operation of GraphQL runs for it. */
export type SendRead = (
  request: FastifyRequest,
  reply: FastifyReply,
  open: (asked: ReadParts) => Promise<RestAnswer | RestList>,
  list?: ListOperation,
) => Promise<FastifyReply>;

/**
 * Milliseconds that a freshness is told again without looking: the sync looks no more often, and `Age` counts seconds.
 */
const freshnessTold = 250;

/**
 * The one way that routes read: from what is kept where that still holds, with headers that say how old it is as of
 * now.
 */
export function createReads({
  executor,
  deadline,
  answers,
  identify,
  createContext,
  readTouched,
  clock,
  tracer,
}: RestParts): SendRead {
  const findTold = createTold(clock);
  const paceFor = createPacing();
  return async (request, reply, openAnswer, list) => {
    const viewer = await identify(request);
    let opened: Context | undefined;
    // Most kept answers need none.
    const open = (): Context => (opened ??= createContext(request, viewer));
    const run: RunOperation = async <T>(operation: Operation, variables: Record<string, unknown>) =>
      (await executor.run(operation, variables, open())) as OperationResult<T>;
    let freshness: FreshnessData | undefined;
    return answers.send(request, reply, {
      viewer,
      key: ['rest', request.url],
      kind: request.routeOptions.url ?? '',
      async make(gone) {
        // The deadline is for the opening: an answer sent in pieces then takes as long as its reader.
        const context = open();
        const { request: opener, browsing } = context;
        const asked: ReadParts = { run, request: opener, browsing, pace: paceFor(gone) };
        if (list) noteOperation(context.facts, list.name);
        const begin = () =>
          list ? openTraced(tracer, list, gone, async () => inContext(await openAnswer(asked))) : openAnswer(asked);
        const answer = await deadline(context, 'read', begin);
        freshness = answer.freshness;
        const operation = list?.name ?? [...context.facts.operations][0] ?? null;
        return toMade(answer, { touched: readTouched(context), validity: opener.validity, operation });
      },
      tellStale({ code }, note) {
        reply.header('x-registry-stale', code);
        const { next } = readNote(note);
        if (next) tellNext(request, reply, next);
      },
      async describe(note) {
        const { of, next } = readNote(note);
        if (next) tellNext(request, reply, next);
        if (!freshness && of) freshness = await findTold(of, () => findFreshness(run, of));
        if (freshness) tellFreshness(reply, freshness, clock());
      },
    });
  };
}

function inContext(opened: RestAnswer | RestList): RestAnswer | RestList {
  return 'pieces' in opened ? { ...opened, pieces: followContext(opened.pieces) } : opened;
}

function toMade(
  opened: RestAnswer | RestList,
  made: Pick<Made, 'touched' | 'validity' | 'operation'>,
): Made | MadeInPieces {
  const facts = { contentType: 'application/json; charset=utf-8', note: writeNote(opened), ...made };
  if ('body' in opened) return { ...facts, body: JSON.stringify(opened.body), isCacheable: opened.isWhole };
  const { pieces, contentType = facts.contentType } = opened;
  return { ...facts, contentType, pieces, isLong: opened.bytes > longestCollected, isCacheable: opened.isWhole };
}

/** Neither has a space in it. null: nothing is to be told. */
function writeNote({ of = '', next }: ReadHeaders): string | null {
  return (next ? `${of} ${next}` : of) || null;
}

function readNote(note: string | null): { readonly of: string; readonly next: string | undefined } {
  const [of = '', next] = (note ?? '').split(' ');
  return { of, next };
}

type FindTold = (of: string, find: () => Promise<FreshnessData | undefined>) => Promise<FreshnessData | undefined>;

/** Gives what was told of a thing within `freshnessTold`, by a clock that may be set back; else finds it anew. */
function createTold(clock: () => Date): FindTold {
  const told = new LRUCache<string, { readonly freshness: FreshnessData; readonly at: number }>({ max: 1000 });
  return async (of, find) => {
    const known = told.get(of);
    const age = known ? clock().getTime() - known.at : -1;
    if (age >= 0 && age < freshnessTold) return known?.freshness;
    const freshness = await find();
    if (freshness) told.set(of, { freshness, at: clock().getTime() });
    return freshness;
  };
}

interface Shown {
  readonly freshness: FreshnessData;
}

async function findFreshness(run: RunOperation, of: string): Promise<FreshnessData | undefined> {
  const slash = of.indexOf('/');
  if (slash === -1)
    return (await run<{ registry: Shown | null }>(readFreshness, { registry: of })).data?.registry?.freshness;
  const place = { registry: of.slice(0, slash), name: of.slice(slash + 1) };
  return (await run<{ repository: Shown | null }>(readRepositoryFreshness, place)).data?.repository?.freshness;
}

/**
 * Lets one page be read in each turn of the event loop, however many lists are being read: the driver of SQLite answers
 * without leaving the turn, so that without this all their pages would be one stall. A pace throws once its signal is
 * aborted.
 */
export function createPacing(): (signal: AbortSignal) => AwaitTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (signal) => async () => {
    signal.throwIfAborted();
    const turn = last.then(() => nextTurn());
    last = turn;
    await turn;
    signal.throwIfAborted();
  };
}
