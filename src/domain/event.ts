import type { Digest } from './digest.js';
import { matchesGlob, type RepositoryGlob } from './glob.js';
import type { JobKind, JobState } from './job.js';
import { badInput, GatewayError } from '../errors.js';
import type { RegistryName, RepositoryName, TagName } from './name.js';

/** In the order in which the schema lists them. */
export const eventKinds = [
  'TAG_PUSHED',
  'TAG_MOVED',
  'TAG_DELETED',
  'REPOSITORY_APPEARED',
  'REPOSITORY_CHANGED',
  'REPOSITORY_EMPTIED',
  'REPOSITORY_GONE',
  'REGISTRY_ATTACHED',
  'REGISTRY_DETACHED',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_BACK',
  'JOB_BEGAN',
  'JOB_ENDED',
] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * Something that became otherwise in the catalogue, as it was written down with the change itself. It refers by names,
 * so that it outlives what it tells of; a field that its kind does not have is null.
 */
export interface CatalogueEvent {
  /** Grows in the order in which changes were committed; none is given twice. */
  readonly id: number;
  readonly at: Date;
  readonly kind: EventKind;
  readonly registryId: string;
  /** As it was called then. */
  readonly registryName: RegistryName;
  readonly repository: RepositoryName | null;
  readonly tag: TagName | null;
  /** The digest that the tag points to now; null: it is gone. */
  readonly digest: Digest | null;
  /** The digest that it pointed to before; null: none that was known. */
  readonly formerDigest: Digest | null;
  /** The tags that a repository appeared with, that went with it, or that changed at once. */
  readonly tagCount: number | null;
  readonly jobId: string | null;
  readonly jobKind: JobKind | null;
  readonly jobState: JobState | null;
  /** Why a registry is not reached. */
  readonly message: string | null;
}

/** An event as somebody is told of it, whose id is written as for them: see `EventIds`. */
export interface ToldEvent extends Omit<CatalogueEvent, 'id'> {
  readonly id: string;
}

/** How ids of events are written for one reader, and read. */
export interface EventIds {
  write(id: number): string;
  /** null: no id is written so for this reader. */
  read(text: string): number | null;
}

/** For whoever sees every event: the numbers. */
export const plainIds: EventIds = { write: (id) => `${id}`, read: (text) => (isPlain(text) ? Number(text) : null) };

function isPlain(text: string): boolean {
  return /^(?:0|[1-9]\d{0,14})$/.test(text);
}

/** Begins an id that is not a number: see `createEventIds` of catalogue/browse/. */
export const sealedIdMark = 'e';

/**
 * Tags of one reading of a repository that come, go or move, and are told of one by one. More at once are told of by
 * their repository: a registry that shows another hundred thousand each time would push all else out of what is kept.
 */
export const mostTagsTold = 1000;

/** Which events: those that fit every field given. */
export interface EventFilter {
  readonly registryIds?: readonly string[];
  readonly repository?: RepositoryName;
  /** An event that is about no repository does not fit. */
  readonly repositoryPattern?: RepositoryGlob;
  readonly kinds?: readonly EventKind[];
}

/** Which events of the past: those that fit every field given. */
export interface ActivityFilter extends EventFilter {
  /** Those that happened then, or later. */
  readonly since?: Date;
  /** Those that happened before. */
  readonly before?: Date;
}

export function matchesFilter(
  { registryIds, repository, repositoryPattern, kinds }: EventFilter,
  event: Pick<CatalogueEvent, 'registryId' | 'repository' | 'kind'>,
): boolean {
  return (
    (registryIds === undefined || registryIds.includes(event.registryId)) &&
    (repository === undefined || repository === event.repository) &&
    (repositoryPattern === undefined ||
      (event.repository !== null && matchesGlob(repositoryPattern, event.repository))) &&
    (kinds === undefined || kinds.includes(event.kind))
  );
}

/** Which events are kept: those after `start`, up to `end`, with ids between them that none has. Equal: none is. */
export interface EventBounds {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the id of the event after which to go on; null: from `absent` on. Throws BAD_USER_INPUT naming `after`, and
 * EVENTS_GONE where not all that came after it can be told.
 */
export function readPlace(after: string | null, ids: EventIds, { start, end }: EventBounds, absent: number): number {
  if (after === null) return absent;
  if (!isPlain(after) && !isSealed(after))
    throw badInput('"after" is not the id of an event: leave it out to be told of what comes from now on.', 'after');
  const id = ids.read(after);
  if (id === null || id > end) throw explainUnknown(after, ids.write(end));
  assertKept(id, ids, { start, end });
  return id;
}

function isSealed(text: string): boolean {
  return text.startsWith(sealedIdMark) && /^[\w-]{23}$/.test(text);
}

/** EVENTS_GONE: there is no event of this id, as it and the newest one are written for its reader. */
export function explainUnknown(id: string, end: string): GatewayError {
  const why = 'another database has them, they were lost with the power, or the id is of other rights or another key';
  return explainGone(id, end, `are not known here: ${why}`);
}

/** Throws EVENTS_GONE where events right after this id are not kept any more. */
export function assertKept(id: number, ids: EventIds, { start, end }: EventBounds): void {
  if (id < start) throw explainGone(ids.write(id), ids.write(end), 'are not kept any more');
}

function explainGone(after: string, end: string, why: string): GatewayError {
  const next = `Read what you show anew, and go on after ${end}, the newest event.`;
  return new GatewayError('EVENTS_GONE', `Events after ${after} ${why}. ${next}`, { path: ['after'] });
}
