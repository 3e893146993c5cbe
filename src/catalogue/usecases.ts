import type { Viewer } from '../domain/account.js';
import { Approving } from './approve.js';
import { AuditTrail } from './audit.js';
import { ContentBrowsing } from './browse/contents.js';
import { EventBrowsing } from './browse/events.js';
import { HealthBrowsing } from './browse/health.js';
import { HistoryBrowsing } from './browse/history.js';
import { ImageBrowsing } from './browse/images.js';
import { InventoryBrowsing } from './browse/inventory.js';
import { JobBrowsing } from './browse/jobs.js';
import { LayerBrowsing } from './browse/layers.js';
import { LineageBrowsing } from './browse/lineage.js';
import { ReferrerContents } from './browse/referrercontents.js';
import { ReferrerBrowsing } from './browse/referrers.js';
import { RegistryBrowsing } from './browse/registries.js';
import { RepositoryBrowsing } from './browse/repositories.js';
import { Searching } from './browse/search.js';
import { SeriesBrowsing } from './browse/series.js';
import { Summaries } from './browse/summaries.js';
import { TagBrowsing } from './browse/tags.js';
import { JobCancelling } from './canceljob.js';
import { openContext, type RequestContext, type RequestOptions } from './context.js';
import { DeletionBlockers } from './delete/blockers.js';
import { Deleting } from './delete/deletetags.js';
import { SelectionDeleting } from './delete/deleteselection.js';
import { DeletionPlanner } from './delete/planner.js';
import { SelectionPlanner } from './delete/selectionplan.js';
import { DeletionWorker } from './delete/worker.js';
import { Attaching } from './manage/attach.js';
import { ConnectionTesting } from './manage/connectiontest.js';
import { Protecting } from './manage/protection.js';
import { createAttempts } from './deliver/attempts.js';
import { Deliverer } from './deliver/deliverer.js';
import { WebhookManaging } from './deliver/webhooks.js';
import type { CatalogueParts, Notifying } from './parts.js';
import { executeRestoration } from './restore/restorationjob.js';
import { Restoring } from './restore/restore.js';
import { Undoing } from './restore/undo.js';
import { ProtectionTrying } from './retain/protectionpreview.js';
import { RegistryRetaining } from './retain/registryplan.js';
import { Retaining } from './retain/rules.js';
import { RetentionRuns } from './retain/runs.js';

/** The use cases that read, by what they are about. */
export interface Browsing {
  readonly registries: RegistryBrowsing;
  readonly health: HealthBrowsing;
  readonly repositories: RepositoryBrowsing;
  readonly tags: TagBrowsing;
  readonly images: ImageBrowsing;
  readonly lineage: LineageBrowsing;
  readonly layers: LayerBrowsing;
  readonly contents: ContentBrowsing;
  readonly referrers: ReferrerBrowsing;
  readonly referrerContents: ReferrerContents;
  readonly history: HistoryBrowsing;
  readonly events: EventBrowsing;
  readonly search: Searching;
  readonly jobs: JobBrowsing;
  readonly inventory: InventoryBrowsing;
  readonly summaries: Summaries;
  readonly series: SeriesBrowsing;
}

/** All that a caller can have the catalogue do: made once, each from the parts that it uses. */
export interface UseCases {
  readonly audit: AuditTrail;
  readonly browsing: Browsing;
  readonly managing: {
    readonly registries: Attaching;
    readonly connections: ConnectionTesting;
    readonly protection: Protecting;
    readonly webhooks: WebhookManaging;
  };
  readonly deleting: {
    readonly planner: DeletionPlanner;
    readonly deletions: Deleting;
    readonly selections: SelectionDeleting;
    readonly blockers: DeletionBlockers;
    readonly approving: Approving;
  };
  readonly retaining: {
    readonly rules: Retaining;
    readonly registries: RegistryRetaining;
    readonly protection: ProtectionTrying;
    readonly runs: Pick<RetentionRuns, 'beginFor'>;
  };
  readonly restoring: { readonly tags: Restoring; readonly jobs: Undoing };
  readonly cancelling: JobCancelling;
}

export interface Work {
  readonly deletionWorker: DeletionWorker;
  readonly retentionRuns: RetentionRuns;
  readonly deliverer: Deliverer;
}

/** In the order in which they need each other; and the work that goes on without a request. */
export function createUseCases(
  parts: CatalogueParts,
  notifying: Notifying = nobody,
): { readonly useCases: UseCases; readonly work: Work } {
  const browsing = createBrowsing(parts);
  const { registries: registryBrowsing, referrers: referrerBrowsing } = browsing;
  const deletionWorker = new DeletionWorker(parts, (job, signals, span) =>
    executeRestoration(parts, job, signals, span),
  );
  const planner = new DeletionPlanner({ ...parts, referrerBrowsing });
  const deleting = new Deleting({ ...parts, deletionWorker });
  const selectionPlanner = new SelectionPlanner(parts);
  const retaining = new Retaining({ ...parts, planner, registryBrowsing });
  const open = (viewer: Viewer | null, options: RequestOptions): RequestContext => openContext(parts, viewer, options);
  const retentionRuns = new RetentionRuns({ ...parts, open, retaining, deleting, deletionWorker });
  const { onDisabled } = notifying;
  const attempts = createAttempts(parts, notifying.sender, notifying.onDelivery);
  const deliverer = new Deliverer({ ...parts, attempts, onDisabled });
  const useCases: UseCases = {
    audit: new AuditTrail(parts),
    browsing,
    managing: {
      registries: new Attaching({ ...parts, deletionWorker, registryBrowsing }),
      connections: new ConnectionTesting(parts),
      protection: new Protecting({ ...parts, registryBrowsing }),
      webhooks: new WebhookManaging({ ...parts, eventBrowsing: browsing.events, deliverer, attempts }),
    },
    deleting: {
      planner,
      deletions: deleting,
      selections: new SelectionDeleting({ ...parts, deletionWorker, selectionPlanner }),
      blockers: new DeletionBlockers(),
      approving: new Approving({ ...parts, planner, selectionPlanner, deletions: deleting, deletionWorker }),
    },
    retaining: {
      rules: retaining,
      registries: new RegistryRetaining(parts),
      protection: new ProtectionTrying(parts),
      runs: retentionRuns,
    },
    restoring: {
      tags: new Restoring({ ...parts, registryBrowsing }),
      jobs: new Undoing({ ...parts, deletionWorker, registryBrowsing }),
    },
    cancelling: new JobCancelling({ ...parts, deletionWorker, retentionRuns }),
  };
  return { useCases, work: { deletionWorker, retentionRuns, deliverer } };
}

/**
 * Those of somebody who was granted some places alone: what they read is of `seen`, and so are the sizes that a plan
 * tells of. What is deleted, and why it may not be, is judged by all there is.
 */
export function createSeenUseCases(
  parts: CatalogueParts,
  seen: CatalogueParts,
  { useCases, work }: { readonly useCases: UseCases; readonly work: Work },
): UseCases {
  const browsing = createBrowsing(seen);
  const { registries: registryBrowsing, referrers: referrerBrowsing } = browsing;
  const measureReclaimable: CatalogueParts['contents']['measureReclaimable'] = (repositoryKey, imageKeys) =>
    seen.contents.measureReclaimable(repositoryKey, imageKeys);
  const contents = { ...parts.contents, measureReclaimable };
  const planner = new DeletionPlanner({ ...parts, contents, referrerBrowsing });
  const selectionPlanner = new SelectionPlanner({ ...parts, contents, lists: seen.lists });
  const selections = new SelectionDeleting({ ...parts, ...work, selectionPlanner });
  const { deletions } = useCases.deleting;
  const approving = new Approving({ ...parts, ...work, jobs: seen.jobs, planner, selectionPlanner, deletions });
  return {
    ...useCases,
    browsing,
    deleting: { ...useCases.deleting, planner, selections, approving },
    retaining: { ...useCases.retaining, rules: new Retaining({ ...parts, planner, registryBrowsing }) },
    restoring: {
      tags: new Restoring({ ...parts, registryBrowsing }),
      jobs: new Undoing({ ...parts, ...work, jobs: seen.jobs, registryBrowsing }),
    },
    cancelling: new JobCancelling({ ...parts, ...work, jobs: seen.jobs }),
  };
}

/** Where webhooks are not told of anything. */
const nobody: Notifying = {
  sender: {
    send: () => Promise.resolve({ status: null, failure: 'BLOCKED', ms: 0, retryAfter: null }),
    close: () => undefined,
  },
  isHttpAllowed: false,
  onDelivery: () => undefined,
  onDisabled: () => undefined,
};

function createBrowsing(parts: CatalogueParts): Browsing {
  const registries = new RegistryBrowsing(parts);
  const shared = { ...parts, registryBrowsing: registries };
  const repositories = new RepositoryBrowsing(shared);
  return {
    registries,
    repositories,
    health: new HealthBrowsing(parts),
    tags: new TagBrowsing(shared),
    images: new ImageBrowsing(),
    lineage: new LineageBrowsing(parts),
    layers: new LayerBrowsing(parts),
    contents: new ContentBrowsing(parts),
    referrers: new ReferrerBrowsing(parts),
    referrerContents: new ReferrerContents(parts),
    history: new HistoryBrowsing(shared),
    events: new EventBrowsing(shared),
    search: new Searching(shared),
    jobs: new JobBrowsing(parts),
    inventory: new InventoryBrowsing({ ...parts, repositoryBrowsing: repositories }),
    summaries: new Summaries(shared),
    series: new SeriesBrowsing(shared),
  };
}
