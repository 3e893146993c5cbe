import type { Repository, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { Registry } from '../../domain/registry.js';
import { isReferrerTag } from '../../domain/version.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { UsageStore } from '../../store/index/usage.js';
import type { ImageStore } from '../../store/index/images.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { RepositoryStore } from '../../store/index/repositories.js';
import type { ChangeTime } from '../../store/index/taglisting.js';
import type { TagStore } from '../../store/index/tags.js';
import type { Tracer } from '../../trace.js';
import type { Log } from '../../upstream/clients.js';
import type { CallOptions, Upstream } from '../../upstream/upstream.js';
import type { Contacts } from '../contacts.js';
import { createWatch, type Watch } from '../freshness.js';
import type { UpstreamClients } from '../clients.js';

export interface IndexerParts {
  readonly clients: UpstreamClients;
  readonly registries: RegistryStore;
  readonly repositories: RepositoryStore;
  readonly tags: TagStore;
  readonly images: ImageStore;
  readonly contents: UsageStore;
  readonly contacts: Contacts;
  readonly clock: () => Date;
  readonly tracer: Tracer;
  readonly log: Log;
  /** Ids of registries of which the log says already that they follow as many repositories as they may. */
  readonly crowded: Set<string>;
}

/** A repository in its registry: where content is fetched from. */
export interface RepositorySource {
  readonly registry: Registry;
  readonly repository: Repository;
}

/** A failure that kept something from being read. */
export interface ReadProblem extends UpstreamProblem {
  /** The rest was read, or can be: it is of one thing in the repository, or in the registry. */
  readonly isPartial: boolean;
}

/** How one reading is done. */
export interface ReadOptions extends CallOptions {
  /** When a notification told of a change; absent: it is found by looking. */
  readonly eventAt?: Date;
  /**
   * Tags that a reading which was cut off has confirmed: they are not asked for again, and those of this one are added.
   */
  readonly confirmed?: Set<number>;
  /** Only these tags are asked for; absent: each. */
  readonly choose?: ChooseTags;
}

/**
 * Chooses the next tags to ask for, from all that the registry lists as they are known by then; none: no more are. It
 * is asked again once those were read, and chooses none twice.
 */
export type ChooseTags = (all: readonly Tag[]) => Promise<readonly Tag[]>;

/** One reading of one repository, and what came of it so far. */
export interface Reading extends RepositorySource {
  readonly parts: IndexerParts;
  readonly upstream: Upstream;
  readonly options: ReadOptions;
  readonly when: ChangeTime;
  readonly startedAt: Date;
  /** Each tag of the repository is asked for. */
  isWhole: boolean;
  /** Tags that were found as they were known, and when: see confirming.ts. */
  readonly held: { readonly at: Date; readonly tags: readonly Tag[] }[];
  /** The first failure. */
  problem: UpstreamProblem | null;
  readonly watch: Watch;
  /** The failure for which nothing more is asked, since that would fail alike; null: there is none. */
  stop: unknown;
  /** Failures of other hosts in a row, and why what leads there is not asked for any more. The registry itself is. */
  foreignInARow: number;
  foreignStop: unknown;
}

export function openReading(
  parts: IndexerParts,
  upstream: Upstream,
  source: RepositorySource,
  options: ReadOptions,
  when: ChangeTime,
): Reading {
  const watch = createWatch(() => upstream.ping(options));
  return {
    ...source,
    parts,
    options,
    when,
    upstream,
    watch,
    startedAt: parts.clock(),
    isWhole: true,
    held: [],
    problem: null,
    stop: null,
    foreignInARow: 0,
    foreignStop: null,
  };
}

/**
 * Reads one thing, and returns a registry's failure instead of throwing it. Reads nothing more once the registry is to
 * be left alone. Throws what is no failure of a registry.
 */
export async function attempt<T, D extends Digest | null = Digest>(
  reading: Reading,
  subject: T,
  read: () => Promise<D>,
): Promise<ReadOutcome<T, D>> {
  try {
    const reason = reading.stop ?? reading.foreignStop;
    if (reason) throw reason;
    const digest = await read();
    await reading.watch(null);
    reading.foreignInARow = 0;
    return { subject, digest };
  } catch (error) {
    const problem = toProblem(reading.parts, error);
    if (problem.host !== undefined) noteForeign(reading, error);
    else if ((await reading.watch(problem)) || reading.options.signal?.aborted) reading.stop ??= error;
    reading.problem ??= problem;
    return { subject, problem, isLasting: isLasting(error) };
  }
}

/**
 * Failures in a row of a host that is not the registry's own, such as the store that its blobs are redirected to. After
 * so many the rest that leads there is given up, since each try takes seconds.
 */
const foreignFailures = 5;

function noteForeign(reading: Reading, error: unknown): void {
  reading.foreignInARow += 1;
  if (reading.foreignInARow >= foreignFailures) reading.foreignStop ??= error;
}

/** The outcome of asking for one thing. */
export type ReadOutcome<T, D = Digest> =
  | { readonly subject: T; readonly digest: D }
  | { readonly subject: T; readonly problem: UpstreamProblem; readonly isLasting: boolean };

/** Whether an event tells that the tag came, or moved. `isBulk`: those that came are told of already. */
export function isTold(outcome: ReadOutcome<Tag>, isBulk: boolean): boolean {
  const { name, digest } = outcome.subject;
  return 'digest' in outcome && outcome.digest !== digest && !(isBulk && digest === null) && !isReferrerTag(name);
}

/**
 * Content named by a digest never changes: what cannot be decoded today cannot be tomorrow. What broke off, which has a
 * cause, may.
 */
function isLasting(error: unknown): boolean {
  return (
    error instanceof GatewayError &&
    (error.code === 'UPSTREAM_TOO_LARGE' || (error.code === 'UPSTREAM_INVALID' && error.cause === undefined))
  );
}

/** A registry's failure as it is written down; throws anything else. */
export function toProblem(parts: IndexerParts, error: unknown): UpstreamProblem {
  if (!isUpstreamError(error)) throw error;
  return {
    code: error.code,
    message: error.message,
    at: parts.clock(),
    retryAfter: error.facts.retryAfter,
    host: error.facts.host,
  };
}
