import type { ErrorCode } from '../errors.js';
import { isUsername } from './account.js';
import { isRegistryName, isRepositoryName, isTagName, quote } from './name.js';

/**
 * `DONE`: the change was made. `ACCEPTED`: work goes on with it, and tells its end in a row of its own. `REFUSED`:
 * nothing was changed. `FAILED`: a registry or the gateway failed on the way; the message says what became of it.
 */
export type AuditOutcome = 'DONE' | 'ACCEPTED' | 'REFUSED' | 'FAILED';

/** A change that was asked for, by whom, and what came of it. Holds no secret. */
export interface NewAuditEntry {
  readonly at: Date;
  /**
   * The account's name, as its token proved; of a login that failed, the name that was given. What is no account stands
   * in parentheses.
   */
  readonly actor: string;
  /** The `X-Request-Id` of the answer; null for what no request asked for. */
  readonly requestId: string | null;
  /** The mutation's name, or what a job or a command did. */
  readonly action: string;
  /** null: no registry is meant, or none is attached under the name. */
  readonly registryId: string | null;
  /** As it was then. What names none is quoted. */
  readonly registryName: string | null;
  readonly repository: string | null;
  readonly tags: readonly string[];
  readonly outcome: AuditOutcome;
  /** null when it went well, as is the message. */
  readonly code: ErrorCode | null;
  /** The gateway's own words. */
  readonly message: string | null;
  /** The plan, or what was changed, in the form its action has. */
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly jobId: string | null;
}

export interface AuditEntry extends NewAuditEntry {
  /** Grows with every entry. */
  readonly key: number;
}

/** Narrows the list of audit entries; a field that is absent or null does not narrow it. */
export interface AuditFilter {
  readonly actor?: string | null;
  readonly action?: string | null;
  /** The name the registry had, or its UUID. */
  readonly registry?: string | null;
  readonly repository?: string | null;
  readonly outcome?: AuditOutcome | null;
  /** At this time or later. */
  readonly since?: Date | null;
  /** Before this time. */
  readonly until?: Date | null;
}

/** Who gave no name that an account can have. No account has parentheses in its name. */
export const unknownActor = '(unknown)';

/** The gateway itself, where nobody asked for it. */
export const gatewayActor = '(gateway)';

/**
 * Who changes the database by a command on the gateway's own machine: `(command line: ann)`, by the name that the
 * operating system has for the user. A name of other characters than names have, or longer than 64, is quoted and cut.
 */
export function commandLineActor(user: string): string {
  return `(command line: ${/^[\p{L}\p{N}_.:@$+-]{1,64}$/u.test(user) ? user : quote(user)})`;
}

/**
 * An entry about the gateway itself, as no request asks for: of no registry, and `DONE` unless `facts` say otherwise.
 */
export function createOwnEntry(
  facts: Pick<NewAuditEntry, 'at' | 'actor' | 'action' | 'details'> & Partial<NewAuditEntry>,
): NewAuditEntry {
  const about = { requestId: null, registryId: null, registryName: null, repository: null, tags: [], jobId: null };
  return { ...about, outcome: 'DONE', code: null, message: null, ...facts };
}

/** Tags that an entry names: as many as one deletion takes. */
export const maxEntryTags = 500;

/** Tells whether a change that ended with this code was tried and failed, or was refused. */
export function outcomeOf(code: ErrorCode): AuditOutcome {
  return /^(?:UPSTREAM|STORAGE)_/.test(code) || code === 'DELETE_INCOMPLETE' || code === 'INTERNAL'
    ? 'FAILED'
    : 'REFUSED';
}

/**
 * Writes the target of a change as an entry may hold it: valid names as they are, anything else short and quoted.
 */
export function nameTarget({
  registry,
  repository,
  tags = [],
}: {
  registry?: string | undefined;
  repository?: string | undefined;
  tags?: readonly string[] | undefined;
}) {
  return {
    registryName: registry === undefined ? null : isRegistryName(registry) ? registry : quote(registry),
    repository: repository === undefined ? null : isRepositoryName(repository) ? repository : quote(repository),
    tags: tags.slice(0, maxEntryTags).map((tag) => (isTagName(tag) ? tag : quote(tag))),
  };
}

/** An account as an entry's details name it: they hold no text as long as its giver likes. */
export function nameAccount(username: string): { readonly username: string } {
  return { username: isUsername(username) ? username : quote(username) };
}
