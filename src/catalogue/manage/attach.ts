import { hashSecret } from '../../domain/digest.js';
import { hostOf, parseRegistryAddress, type Registry, type RegistryAddress } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import type { Health } from '../../store/registries/state.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import { testConnection } from './connection.js';
import { assertMayRoute, opensToProxy, showProxy } from './proxysetting.js';
import { describeAttached, describeChanges } from './auditentries.js';
import { waitFor } from '../context.js';
import type { Session } from '../session.js';

import { findRegistryById } from '../browse/registries.js';
import {
  NewRegistry,
  parseFields,
  toUpstreamSettings,
  RegistryChanges,
  readKept,
  keepGiven,
  assertCredentialsAnew,
} from './settings.js';
/** Milliseconds that attaching waits for the first crawl. */
const attachPatience = 2000;

/**
 * Tests the connection, then attaches the registry; with `dryRun` only tests it. Throws BAD_USER_INPUT, CONFLICT for a
 * name that is taken, and the registry's own failure: what cannot be reached is not attached.
 */
export async function attachRegistry(
  session: MutationContext,
  wanted: NewRegistry,
  dryRun: boolean,
): Promise<{ registry: Registry | null; health: Health }> {
  assertAllowed(session.viewer, 'manage');
  const fields = parseFields(wanted, session.clock());
  const { name, addr, maxAge } = fields;
  assertMayRoute(session.viewer, null, fields, fields.proxyCredentials !== null);
  await assertReleased(session, addr);
  if (await session.registries.findByName(name))
    throw new GatewayError('CONFLICT', `A registry is already attached as ${name}: choose another name.`, {
      path: ['input', 'name'],
    });
  const health = await testConnection(session, toUpstreamSettings('new', fields));
  if (dryRun) return { registry: null, health };
  const settings = {
    ...fields,
    name,
    addr,
    maxAge,
    eventsSecretHash: wanted.eventsSecret ? hashSecret(wanted.eventsSecret) : null,
  };
  const registry = await session.deed.commit((entry) =>
    session.registries.create(settings, (added) =>
      entry({ registry: added, details: describeAttached(added, settings.eventsSecretHash !== null) }),
    ),
  );
  await session.registries.recordHealth(registry.id, health);
  // A small registry is then read before the first question comes.
  const { ended } = await session.sync.crawl(registry, session.viewer.username);
  await waitFor(session, ended, attachPatience);
  return { registry, health };
}

/** As attachRegistry: the changed settings are tested before they are kept. */
export async function changeRegistry(
  session: MutationContext,
  id: string,
  changes: RegistryChanges,
): Promise<Registry> {
  assertAllowed(session.viewer, 'manage');
  const before = await findRegistryById(session, id);
  if (changes.addr) await assertReleased(session, parseRegistryAddress(changes.addr, 'input', 'addr'), before);
  const kept = await readKept(session, before, changes);
  const standing = { ...before, followedRepositories: before.following.patterns, proxy: showProxy(before.proxy) };
  const fields = parseFields({ ...standing, ...kept, ...keepGiven(changes) }, session.clock());
  assertMayRoute(session.viewer, before, fields, changes.proxyCredentials !== undefined);
  assertCredentialsAnew(before, changes, opensToProxy(before, fields));
  const health = await testConnection(session, toUpstreamSettings(id, fields));
  // What was planned for one address is not done at another.
  await session.deletions.leave(id, fields.addr === before.addr ? null : session.viewer.username);
  const { credentials, clientCertificate, proxyCredentials, eventsSecret } = changes;
  const eventsSecretHash = eventsSecret && hashSecret(eventsSecret);
  const registry = await session.deed.commit((entry) =>
    session.registries.update(
      id,
      { ...fields, credentials, clientCertificate, proxyCredentials, eventsSecretHash },
      (now, old) => entry({ registry: now, details: describeChanges(now, old!, changes) }),
    ),
  );
  await closeClient(session, id);
  await session.deletions.resume();
  await session.registries.recordHealth(id, health);
  // Another registry may answer there now, or a newer one.
  await session.registries.recordCapabilities(id, {
    referrersSupported: null,
    canDelete: null,
    canDeleteTag: null,
    deletesTagsFirst: null,
  });
  await session.sync.crawl(registry, session.viewer.username);
  return registry;
}

/** Forgets the registry and all the index knows of it. The registry itself is not touched. */
export async function detachRegistry(session: MutationContext, id: string): Promise<Registry> {
  assertAllowed(session.viewer, 'manage');
  const registry = await findRegistryById(session, id);
  assertAllowed(session.viewer, 'release', { registry });
  // With the registry goes the memory of a placeholder that stands for a moment.
  await session.deletions.leave(id, session.viewer.username);
  await session.deed.commit((entry) =>
    session.registries.remove(id, (gone) => entry({ registry: gone, details: { addr: gone.addr } })),
  );
  await closeClient(session, id);
  return registry;
}

/** A crawl on the old settings would fail with its client, and what it read may be of another registry. */
async function closeClient({ sync, pool }: Session, id: string): Promise<void> {
  const cancelled = sync.cancel(id);
  pool.forget(id);
  await cancelled;
}

/**
 * Throws FORBIDDEN when what is protected under one attachment would be open under another: an address that has one
 * already, and the one a registry moves away from. It hinders mistakes and short cuts: one registry can have several
 * addresses.
 */
async function assertReleased(session: Session, addr: RegistryAddress, before?: Registry): Promise<void> {
  if (before && hostOf(before.addr) !== hostOf(addr)) assertAllowed(session.viewer, 'release', { registry: before });
  const others = (await session.registries.list()).filter(
    (other) => other.id !== before?.id && hostOf(other.addr) === hostOf(addr),
  );
  for (const registry of others) assertAllowed(session.viewer, 'release', { registry });
}
