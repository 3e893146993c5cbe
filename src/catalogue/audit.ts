import { isUsername, type Viewer } from '../domain/account.js';
import {
  type AuditEntry,
  type AuditFilter,
  nameTarget,
  type NewAuditEntry,
  outcomeOf,
  unknownActor,
} from '../domain/audit.js';
import { createRateLimit, type RateLimit } from '../domain/ratelimit.js';
import { isUuid, type RegistryName } from '../domain/name.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { Registry } from '../domain/registry.js';
import { type ErrorCode, GatewayError } from '../errors.js';
import { toStorageError } from '../store/file/errors.js';
import { assertAllowed, assertMutationAllowed } from './access.js';
import type { RequestContext } from './context.js';
import type { CatalogueParts } from './parts.js';

/** The request of a mutation, as the caller said it. */
export interface Attempt {
  /** The mutation's name. */
  readonly action: string;
  /** A login's user name, as it was given; who does anything else is known. */
  readonly username?: string;
  /** The name of a registry, or its UUID. */
  readonly registry?: string | undefined;
  readonly repository?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** It only asks what would be done. */
  readonly isDryRun?: boolean | undefined;
  readonly details?: NewAuditEntry['details'];
}

/** Facts that a mutation finds out on the way. One that is absent stays as the request has it. */
export type MutationFacts = Partial<Pick<NewAuditEntry, 'repository' | 'tags' | 'outcome' | 'details' | 'jobId'>> & {
  readonly registry?: Registry;
};

/** One mutation, which leaves one entry in the audit log. */
export interface Deed {
  /** For the entry, when there is no transaction to write it in: what was found out so far. */
  tell(facts: MutationFacts): void;
  /**
   * Makes the change, in a transaction that also writes the entry which `entry` gives: DONE unless the facts say
   * otherwise. When it resolves the entry is written; when it throws there is neither, and the failure gets an entry of
   * its own.
   */
  commit<T>(change: (entry: (facts?: MutationFacts) => NewAuditEntry) => Promise<T>): Promise<T>;
}

/** The request of a mutation: whoever is given one keeps the record. */
export interface MutationContext extends RequestContext {
  readonly deed: Deed;
}

/** Why something was not done. */
interface FailureReason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Parts of the catalogue that it uses. */
export type AuditTrailParts = Pick<CatalogueParts, 'audit' | 'clock' | 'registries' | 'timer'>;

/** Entries of one account's refusals of one code: whoever repeats them could fill the disk. */
const mostRefusals = { points: 100, seconds: 60 * 60, keys: 10_000 } as const;

/** Sees to it that each mutation leaves its entry, and shows the entries. */
export class AuditTrail {
  readonly #parts: AuditTrailParts;
  readonly #refusals: RateLimit;

  constructor(parts: AuditTrailParts) {
    this.#parts = parts;
    this.#refusals = createRateLimit({ ...mostRefusals, elapsed: () => parts.timer.elapsed() });
  }

  /**
   * Runs a mutation, and sees to it that it leaves one entry: the one it committed with its change, else one for what
   * it threw, what `refusalOf` finds in its result, or its success. When the entry cannot be written it throws
   * STORAGE_*, and the message says what was done all the same. No entry: a dry run that went well, which changed
   * nothing; what a stranger sent, a password that was checked excepted, which is only as often as logins are let
   * through; and after a hundred refusals with one code further ones of the same account, until an hour is over, as the
   * hundredth says: anyone could fill the disk.
   */
  async audited<T>(
    context: RequestContext,
    attempt: Attempt,
    run: (context: MutationContext) => Promise<T>,
    refusalOf: (result: T) => FailureReason | null,
  ): Promise<T> {
    const record = await openRecord({ ...this.#parts, refusals: this.#refusals }, context, attempt);
    const { deed } = record;
    let result: T;
    try {
      assertMutationAllowed(context.viewer, attempt.action);
      result = await run({ ...context, deed });
    } catch (thrown) {
      const error = toStorageError(thrown);
      const failure = describeFailure(error);
      // A bug is told as what it is: the log must have it.
      await record
        .close(failure)
        .catch((fault: unknown) =>
          Promise.reject(error instanceof GatewayError ? describeUnrecorded(failure, fault) : error),
        );
      throw error;
    }
    const refusal = refusalOf(result);
    await record.close(refusal).catch((fault: unknown) => Promise.reject(describeUnrecorded(refusal, fault)));
    return result;
  }

  /** Newest first. Throws FORBIDDEN for all but admins. */
  async list(context: RequestContext, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
    assertAllowed(context.viewer, 'audit');
    return this.#parts.audit.list(filter, page);
  }
}

interface DeedRecord {
  readonly deed: Deed;
  /** Writes the entry, unless that was done with the change. */
  close(refusal: FailureReason | null): Promise<void>;
}

async function openRecord(
  { audit, clock, registries, refusals }: AuditTrailParts & { readonly refusals: RateLimit },
  { viewer, requestId }: RequestContext,
  attempt: Attempt,
): Promise<DeedRecord> {
  const target = await findTarget(viewer, registries, attempt);
  let told: MutationFacts = {};
  let isWritten = false;
  const describe = (more: MutationFacts, refusal: FailureReason | null): NewAuditEntry => {
    const {
      registry,
      outcome = 'DONE',
      details = null,
      jobId = null,
      ...names
    } = { details: attempt.details, ...told, ...more };
    return {
      ...target,
      ...(registry && { registryId: registry.id, registryName: registry.name }),
      ...names,
      at: clock(),
      actor: actorOf(viewer, attempt),
      requestId,
      action: attempt.action,
      outcome: refusal ? outcomeOf(refusal.code) : outcome,
      code: refusal?.code ?? null,
      message: refusal?.message ?? null,
      details: attempt.isDryRun ? { ...details, dryRun: true } : details,
      jobId,
    };
  };
  return {
    deed: {
      tell: (more) => void (told = { ...told, ...more }),
      async commit(change) {
        if (isWritten)
          throw new Error(`${attempt.action} has its entry in the audit log already: one mutation leaves one.`);
        const changed = await change((more = {}) => describe(more, null));
        isWritten = true;
        return changed;
      },
    },
    async close(refusal) {
      if (isWritten || (attempt.isDryRun && !refusal) || isUnrecorded(viewer, attempt, refusal)) return;
      const entry = describe({}, refusal);
      const isCounted = viewer !== null && entry.outcome === 'REFUSED' && attempt.username === undefined;
      const window = isCounted ? refusals.take(`${viewer.accountId} ${refusal?.code}`) : null;
      if (window?.isSpent) return;
      const details = window?.remaining === 0 ? { ...entry.details, furtherUnwrittenSeconds: window.reset } : null;
      await audit.add(details ? { ...entry, details } : entry);
    },
  };
}

/** The registry as it is known before anything is done: a later change may rename or detach it. */
async function findTarget(
  viewer: Viewer | null,
  registries: AuditTrailParts['registries'],
  attempt: Attempt,
): Promise<Pick<NewAuditEntry, 'registryId' | 'registryName' | 'repository' | 'tags'>> {
  const { registry: text } = attempt;
  const isKnown = viewer !== null && text !== undefined;
  const registry = isKnown
    ? ((isUuid(text) ? await registries.find(text) : null) ?? (await registries.findByName(text as RegistryName)))
    : null;
  const named = nameTarget(attempt);
  return { ...named, registryId: registry?.id ?? null, registryName: registry?.name ?? named.registryName };
}

/** A name that somebody sent to log in with may be any text; a viewer's is the gateway's own, of a service key too. */
function actorOf(viewer: Viewer | null, { username }: Attempt): string {
  if (username === undefined) return viewer?.username ?? unknownActor;
  return isUsername(username) ? username : unknownActor;
}

/** Refusals of a login that come after its password was checked: a wrong one, and a one-time one. */
const checkedRefusals: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN'];

function isUnrecorded(viewer: Viewer | null, { username }: Attempt, refusal: FailureReason | null): boolean {
  if (username === undefined) return viewer === null;
  return refusal !== null && !checkedRefusals.includes(refusal.code);
}

/**
 * A change in the database is not there without its entry; a change at a registry is, and must not pass
 * in silence.
 */
function describeUnrecorded(refusal: FailureReason | null, fault: unknown): unknown {
  if (!(fault instanceof GatewayError)) return fault;
  return new GatewayError(
    fault.code,
    `${refusal?.message ?? 'It was done.'} The audit log could not take it. ${fault.message}`,
    { ...fault.facts, cause: fault },
  );
}

/** Arguments that may hold a secret where they are wrong: `https://user:password@host` is no address. */
const delicate: readonly string[] = [
  'addr',
  'authRealm',
  'caCertificate',
  'credentials',
  'eventsSecret',
  'planToken',
  'secret',
];

/** Returns the message that the caller was told, without his own words where those may be a secret. */
function describeFailure(error: unknown): FailureReason {
  if (!(error instanceof GatewayError))
    return {
      code: 'INTERNAL',
      message: 'Something went wrong inside the gateway. The log has it under the request id.',
    };
  const { code, message, facts } = error;
  const isDelicate = facts.path?.some((part) => delicate.includes(part)) ?? false;
  return { code, message: isDelicate ? message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"') : message };
}
