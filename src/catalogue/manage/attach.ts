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
import type { DeletionWorker } from '../delete/worker.js';
import {
  type NewRegistry,
  parseFields,
  toUpstreamSettings,
  type RegistryChanges,
  readKept,
  keepGiven,
  assertCredentialsAnew,
} from './settings.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from '../browse/registries.js';

/** Milliseconds that attaching waits for the first crawl. */
const longestAttachWait = 2000;

/** Parts of the catalogue that it uses. */
export interface AttachingParts extends Pick<
  CatalogueParts,
  'clock' | 'createUpstream' | 'log' | 'clients' | 'registries' | 'sync' | 'timer' | 'waits'
> {
  readonly deletionWorker: Pick<DeletionWorker, 'resume' | 'suspend'>;
  readonly registryBrowsing: RegistryBrowsing;
}

export class Attaching {
  readonly #parts: AttachingParts;

  constructor(parts: AttachingParts) {
    this.#parts = parts;
  }

  /**
   * Tests the connection, then attaches the registry; with `dryRun` only tests it. Throws BAD_USER_INPUT, CONFLICT for
   * a name that is taken, and the registry's own failure: what cannot be reached is not attached.
   */
  async attach(
    context: MutationContext,
    wanted: NewRegistry,
    dryRun: boolean,
  ): Promise<{ registry: Registry | null; health: Health }> {
    assertAllowed(context.viewer, 'manage');
    const fields = parseFields(wanted, this.#parts.clock());
    const { name, addr, maxAge } = fields;
    assertMayRoute(context.viewer, null, fields, fields.proxyCredentials !== null);
    await this.#assertReleased(context, addr);
    if (await this.#parts.registries.findByName(name))
      throw new GatewayError('CONFLICT', `A registry is already attached as ${name}: choose another name.`, {
        path: ['input', 'name'],
      });
    const health = await testConnection(this.#parts, context, toUpstreamSettings('new', fields));
    if (dryRun) return { registry: null, health };
    const settings = {
      ...fields,
      name,
      addr,
      maxAge,
      eventsSecretHash: wanted.eventsSecret ? hashSecret(wanted.eventsSecret) : null,
    };
    const registry = await context.deed.commit((entry) =>
      this.#parts.registries.create(settings, (added) =>
        entry({ registry: added, details: describeAttached(added, settings.eventsSecretHash !== null) }),
      ),
    );
    await this.#parts.registries.recordHealth(registry.id, health);
    // A small registry is then read before the first question comes.
    const { ended } = await this.#parts.sync.crawl(registry, context.viewer.username);
    await waitFor(this.#parts, ended, longestAttachWait);
    return { registry, health };
  }

  /** As attachRegistry: the changed settings are tested before they are kept. */
  async change(context: MutationContext, id: string, changes: RegistryChanges): Promise<Registry> {
    assertAllowed(context.viewer, 'manage');
    await this.#parts.registryBrowsing.findById(context, id);
    // The registry as it is remembered may be older than its secrets are.
    const connection = await this.#parts.registries.readConnection(id);
    const before = connection.registry;
    if (changes.addr) await this.#assertReleased(context, parseRegistryAddress(changes.addr, 'input', 'addr'), before);
    const kept = readKept(connection, changes);
    const standing = { ...before, followedRepositories: before.following.patterns, proxy: showProxy(before.proxy) };
    const fields = parseFields({ ...standing, ...kept, ...keepGiven(changes) }, this.#parts.clock());
    assertMayRoute(context.viewer, before, fields, changes.proxyCredentials !== undefined);
    assertCredentialsAnew(before, changes, opensToProxy(before, fields));
    const health = await testConnection(this.#parts, context, toUpstreamSettings(id, fields));
    // A deletion that was planned for one address is not done at another.
    await this.#parts.deletionWorker.suspend(id, fields.addr === before.addr ? null : context.viewer.username);
    const { credentials, clientCertificate, proxyCredentials, eventsSecret } = changes;
    const eventsSecretHash = eventsSecret && hashSecret(eventsSecret);
    const registry = await context.deed.commit((entry) =>
      this.#parts.registries.update(
        id,
        { ...fields, credentials, clientCertificate, proxyCredentials, eventsSecretHash },
        (now, old) => entry({ registry: now, details: describeChanges(now, old!, changes) }),
      ),
    );
    await this.#closeClient(id);
    await this.#parts.deletionWorker.resume();
    await this.#parts.registries.recordHealth(id, health);
    // Another registry may answer there now, or a newer one.
    await this.#parts.registries.recordCapabilities(id, {
      referrersSupported: null,
      canDelete: null,
      canDeleteTag: null,
      deletesTagsFirst: null,
    });
    await this.#parts.sync.crawl(registry, context.viewer.username);
    return registry;
  }

  /** Forgets the registry and all the index knows of it. The registry itself is not touched. */
  async detach(context: MutationContext, id: string): Promise<Registry> {
    assertAllowed(context.viewer, 'manage');
    const registry = await this.#parts.registryBrowsing.findById(context, id);
    assertAllowed(context.viewer, 'release', { registry });
    // With the registry goes the memory of a placeholder that stands for a moment.
    await this.#parts.deletionWorker.suspend(id, context.viewer.username);
    await context.deed.commit((entry) =>
      this.#parts.registries.remove(id, (gone) => entry({ registry: gone, details: { addr: gone.addr } })),
    );
    await this.#closeClient(id);
    return registry;
  }

  /** A crawl on the old settings would fail with its client, and what it read may be of another registry. */
  async #closeClient(id: string): Promise<void> {
    const { sync, clients } = this.#parts;
    const cancelled = sync.cancelCrawl(id);
    clients.forget(id);
    await cancelled;
  }

  /**
   * Throws FORBIDDEN when what is protected under one attachment would be open under another: an address that has one
   * already, and the one a registry moves away from. It hinders mistakes and short cuts: one registry can have several
   * addresses.
   */
  async #assertReleased(context: RequestContext, addr: RegistryAddress, before?: Registry): Promise<void> {
    if (before && hostOf(before.addr) !== hostOf(addr)) assertAllowed(context.viewer, 'release', { registry: before });
    const others = (await this.#parts.registries.list()).filter(
      (other) => other.id !== before?.id && hostOf(other.addr) === hostOf(addr),
    );
    for (const registry of others) assertAllowed(context.viewer, 'release', { registry });
  }
}
