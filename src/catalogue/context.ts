import type { Viewer } from '../domain/account.js';
import { createValidity, type Validity } from '../domain/validity.js';
import type { EventLog } from '../store/events/eventlog.js';
import type { Slices, Timer } from '../timer.js';
import type { CallOptions } from '../upstream/upstream.js';
import type { Waits } from '../waits.js';
import type { ContentCache } from './contentcache.js';
import { createForcing, type Forcing } from './forcing.js';
import { type ContentReads, createContentReads } from './loaders/contentreads.js';
import { createDecodings, type Decodings } from './loaders/decodings.js';
import { createLoaders, type LoaderParts, type Loaders } from './loaders/loaders.js';
import { createReferrerAsks, type AskParts, type ReferrerAsks } from './loaders/referrerasks.js';

/** One request, as the use cases see it: each takes it first, and checks the viewer's rights with it. */
export interface RequestContext {
  /** null: nobody has said who is asking. */
  readonly viewer: Viewer | null;
  /** null: it is work of the gateway itself. */
  readonly requestId: string | null;
  /**
   * For what it asks of registries: aborted with the request's operation. What goes on behind has options of its own.
   */
  readonly call: CallOptions & { readonly signal: AbortSignal };
  /** How long it waits for registries to tell the present; null: it takes what the index has. */
  readonly forced: Forcing | null;
  readonly loaders: RequestLoaders;
  /** The stores as the viewer of this request sees them: who follows goes on by those of the latest. */
  readonly seen: SeenParts;
  /** The ids of the registries it has read from. */
  readonly touched: Set<string>;
  /** How long an answer made of what it has read so far may be given again. */
  readonly validity: Validity;
}

/** One who is told of things as they come, until it is closed. */
export interface Follower<T> {
  /** Those that came, in their order, as far as the viewer of this request may see them; none: there are none now. */
  next(context: RequestContext): Promise<readonly T[]>;
  /**
   * Those that are still to be told, the last `untold` of what this or `next` gave last, as far as the viewer of this
   * request may see them; absent where it gives one at a time. Throws FORBIDDEN.
   */
  stillSeen?(context: RequestContext, untold: number): Promise<readonly T[]>;
  /** Nothing more will come. */
  readonly isOver: boolean;
  /** Resolves when there may be more, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** Any number of times. */
  close(): void;
}

/** Parts of the catalogue that differ by what a viewer sees, and by which events are told. */
export interface SeenParts extends Pick<AskParts, 'registries'> {
  readonly eventLog: EventLog;
}

/** Batched look-ups of one request, its questions to registries about referrers, and content that it reads there. */
export interface RequestLoaders extends Loaders {
  readonly referrers: ReferrerAsks;
  readonly contents: ContentReads;
  readonly decodings: Decodings;
}

export interface RequestOptions {
  /** Ask the registries now instead of answering from the index: `Cache-Control: no-cache`. */
  readonly isForced?: boolean;
  /** Of the request it is for; null: no request. */
  readonly requestId?: string | null;
  /** Aborted when the request's operation has ended or took too long; by default never. */
  readonly signal?: AbortSignal;
  /** Called for each request to a registry that this one causes and waits for. */
  readonly onUpstreamRequest?: () => void;
}

export type ContextParts = LoaderParts &
  Pick<AskParts, 'clients'> &
  SeenParts & {
    readonly timer: Timer;
    readonly contentCache: ContentCache;
    readonly decodingSlices: Slices;
  };

/** Made anew for each request: its loaders remember what they read. */
export function openContext(
  parts: ContextParts,
  viewer: Viewer | null,
  { isForced = false, requestId = null, signal = new AbortController().signal, onUpstreamRequest }: RequestOptions = {},
): RequestContext {
  const call = { onRequest: onUpstreamRequest, signal };
  const loaders = createLoaders(parts);
  const referrers = createReferrerAsks({ ...parts, loaders, call, isForced });
  const contents = createContentReads({ ...parts, call });
  const decodings = createDecodings(parts.decodingSlices);
  return {
    viewer,
    requestId,
    call,
    forced: isForced ? createForcing(parts.timer) : null,
    loaders: { ...loaders, referrers, contents, decodings },
    seen: { registries: parts.registries, eventLog: parts.eventLog },
    touched: new Set(),
    validity: createValidity(),
  };
}

/** Resolves with the outcome of `work`, which asks registries, or with null after `milliseconds`; the work goes on. */
export async function waitFor<T>(
  { timer, waits }: { readonly timer: Timer; readonly waits: Waits },
  work: Promise<T>,
  milliseconds: number,
): Promise<T | null> {
  const timeUp = Promise.withResolvers<null>();
  const cancel = timer.after(milliseconds, () => timeUp.resolve(null));
  // The wait is this request's own, though the work may have been begun for another, or as a job.
  const end = waits.begin('upstream');
  return Promise.race([work, timeUp.promise]).finally(() => {
    end();
    cancel();
  });
}
