import type { UpstreamProblem } from '../domain/freshness.js';
import type { Registry } from '../domain/registry.js';
import type { ErrorCode } from '../errors.js';
import type { RegistryStore } from '../store/registries/registries.js';
import type { Health } from '../store/registries/state.js';
import type { Timer } from '../timer.js';
import type { Log } from '../upstream/clients.js';

export interface ContactParts {
  readonly registries: RegistryStore;
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly log: Log;
  readonly warn: Log;
}

/**
 * Keeps `Registry.health` as the last contact showed it, and says once when a registry goes away, comes back, or loses
 * most.
 */
export interface Contacts {
  /** Notes that the registry answered; `latencyMs` is null where that was not measured. */
  noteAnswer(registry: Registry, latencyMs: number | null): Promise<void>;
  /** Notes a failure of the registry as a whole. */
  noteFailure(registry: Registry, problem: UpstreamProblem): Promise<void>;
  /**
   * Notes how many tags the index had before a crawl, and has after it. Returns a message for people when most of them
   * are gone, else null.
   */
  noteTags(registry: Registry, before: number, after: number): Promise<string | null>;
  /** Forgets a registry that was changed or detached: its health is read anew. */
  forget(registryId: string): void;
}

/** Milliseconds after which health is written again though nothing has changed but its time. */
const writeEvery = 60_000;
/** Milliseconds that a loss is told of, unless what was lost comes back: a day. */
const lossShown = 86_400_000;
/** Fewer tags than these may well go at once. */
const fewTags = 10;

const away: readonly ErrorCode[] = [
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TLS',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_PROXY',
  'UPSTREAM_BLOCKED',
];
const refused: readonly ErrorCode[] = ['UPSTREAM_AUTH', 'UPSTREAM_REALM_REFUSED'];

/** The message of health where credentials were taken that could not be proved. */
export const unproven =
  'It does not tell whether the credentials are right: it lets strangers in as well, or does not answer to what ' +
  'they are for.';

/** Health as it was last written, and a loss that is still told of, of one registry. */
interface Known {
  health: Health;
  writtenAt: number;
  loss: { readonly before: number; readonly at: number; readonly message: string } | null;
}

export function createContacts({ registries, clock, timer, log, warn }: ContactParts): Contacts {
  const known = new Map<string, Known>();

  const open = async ({ id }: Registry): Promise<Known | null> => {
    const remembered = known.get(id);
    if (remembered) return remembered;
    const state = (await registries.states([id])).get(id);
    if (!state) return null;
    const found = known.get(id) ?? { health: state.health, writtenAt: -Infinity, loss: null };
    known.set(id, found);
    return found;
  };
  const write = async (registry: Registry, entry: Known, health: Health): Promise<void> => {
    const before = entry.health;
    const isChanged = (['reachable', 'authenticated', 'message'] as const).some(
      (field) => before[field] !== health[field],
    );
    if (!isChanged && timer.elapsed() - entry.writtenAt < writeEvery) return;
    Object.assign(entry, { health, writtenAt: timer.elapsed() });
    await registries.recordHealth(registry.id, health);
    const facts = { registry: registry.name, why: health.message };
    if (isWell(before) && !isWell(health))
      warn(health.reachable === false ? 'a registry is away' : 'a registry refuses the gateway', facts);
    if (!isWell(before) && isWell(health)) log('a registry is back', { registry: registry.name });
  };

  return {
    forget: (registryId) => void known.delete(registryId),
    async noteAnswer(registry, latencyMs) {
      const entry = await open(registry);
      if (!entry) return;
      if (entry.loss && timer.elapsed() - entry.loss.at >= lossShown) entry.loss = null;
      await write(registry, entry, describeAnswer(registry, entry, latencyMs, clock()));
    },
    async noteFailure(registry, { code, message }) {
      const entry = await open(registry);
      if (!entry) return;
      const { authenticated, latencyMs } = entry.health;
      const shown = { checkedAt: clock(), message, authenticated: refused.includes(code) ? false : authenticated };
      const reachable = !away.includes(code);
      await write(registry, entry, { ...shown, reachable, latencyMs: reachable ? latencyMs : null });
    },
    async noteTags(registry, before, after) {
      const entry = await open(registry);
      if (!entry) return null;
      if (entry.loss && after * 2 > entry.loss.before) {
        entry.loss = null;
        log('a registry has again most of what it had lost', { registry: registry.name, tags: after });
      }
      if (before < fewTags || after * 2 >= before) return null;
      const lost = `${before - after} of ${before} tags`;
      const message = `${lost} of ${registry.name} were gone at once: is its storage there?`;
      entry.loss = { before, at: timer.elapsed(), message };
      warn('a registry lost most of what it had', { registry: registry.name, tags: after, before });
      return message;
    },
  };
}

function describeAnswer(
  { username }: Registry,
  { health, loss }: Known,
  latencyMs: number | null,
  checkedAt: Date,
): Health {
  const isUnproven = health.authenticated === null && username !== null;
  return {
    reachable: true,
    authenticated: isUnproven ? null : true,
    latencyMs: latencyMs === null ? health.latencyMs : Math.round(latencyMs),
    checkedAt,
    message: loss?.message ?? (isUnproven ? unproven : null),
  };
}

function isWell({ reachable, authenticated }: Health): boolean {
  return reachable !== false && authenticated !== false;
}
