import type { GrantedPlace } from '../../domain/grant.js';
import type { Database } from '../../store/database/database.js';
import { nothingElsewhere } from '../../store/database/writer.js';
import { createEventLog } from '../../store/events/eventlog.js';
import { createFormerStore } from '../../store/index/formertags.js';
import { createImageStore, type ImageStore } from '../../store/index/images.js';
import { createReferrerStore } from '../../store/index/referrers.js';
import { RepositoryStore } from '../../store/index/repositories.js';
import { createRevisionStore } from '../../store/index/tagrevisions.js';
import { TagStore } from '../../store/index/tags.js';
import { uniqueSizeLimits } from '../../store/index/uniquesizes.js';
import { createUsageStore } from '../../store/index/usage.js';
import { createApprovalStore } from '../../store/jobs/approvals.js';
import { createDeletionStore } from '../../store/jobs/deletions.js';
import { createJobStore } from '../../store/jobs/jobs.js';
import type { Keyring } from '../../store/keys/keyring.js';
import { createInventory } from '../../store/queries/inventory.js';
import { createLayerUseStore } from '../../store/queries/layeruse.js';
import { createLineageStore } from '../../store/queries/lineage.js';
import { createSeriesStore } from '../../store/queries/series.js';
import { createListStore } from '../../store/queries/lists.js';
import { createSearchStore } from '../../store/queries/search.js';
import type { CatalogueParts } from '../parts.js';
import { SeenRegistries } from './seenregistries.js';

/**
 * The parts of the catalogue as somebody sees them who was granted these places alone: those that read the index have
 * other tables under the same names. All that reads registries, and writes, is what it is for everybody.
 */
export function createSeenParts(
  parts: CatalogueParts,
  { database, sealer: keyring }: { readonly database: Database; readonly sealer: Keyring },
  places: readonly GrantedPlace[],
): CatalogueParts {
  const tables = database.seenBy(places);
  const { kysely, scanner } = tables;
  const { write, writeSingly, departures, durably, shareReads } = database;
  const jobs = createJobStore(tables);
  const approvals = createApprovalStore({ kysely, durably });
  const steps = createDeletionStore({ kysely, scanner, durably });
  // It does not hear of what others write, and so keeps no size.
  const unkept = { ...uniqueSizeLimits, kept: 0 };
  const usage = { kysely, scanner, write, departures, shareReads, elsewhere: nothingElsewhere };
  return {
    ...parts,
    registries: new SeenRegistries({ database, keyring, registries: parts.registries, tables, places }),
    repositories: new RepositoryStore({ kysely, write, writeSingly }),
    tags: new TagStore({ kysely, write }),
    images: hideChildren(createImageStore({ kysely, write })),
    contents: createUsageStore(usage, unkept),
    jobs: {
      ...parts.jobs,
      find: (id, sees) => jobs.find(id, sees),
      findMany: (ids) => jobs.findMany(ids),
      listPieces: (parentIds) => jobs.listPieces(parentIds),
      outlines: (parentIds) => jobs.outlines(parentIds),
      pagesOfPieces: (parentIds, states, page) => jobs.pagesOfPieces(parentIds, states, page),
      list: (filter, page) => jobs.list(filter, page),
      listOf: (registryIds, kinds, limit) => jobs.listOf(registryIds, kinds, limit),
    },
    approvals: { ...parts.approvals, listWaiting: (registryIds) => approvals.listWaiting(registryIds) },
    steps: {
      ...parts.steps,
      listSteps: (jobId) => steps.listSteps(jobId),
      pagesOfSteps: (jobIds, state, page) => steps.pagesOfSteps(jobIds, state, page),
      tagsGone: (jobIds, limit) => steps.tagsGone(jobIds, limit),
    },
    // The newest that is seen may come before any number that are not.
    eventLog: createEventLog({ kysely: scanner, scanner }),
    // An order's index has hidden rows too: a page may have to pass over any number of them.
    lists: createListStore(scanner, scanner),
    series: createSeriesStore(scanner),
    lineage: createLineageStore(scanner),
    layerUse: createLayerUseStore({ scanner, shareReads }),
    search: createSearchStore(scanner),
    inventory: createInventory(kysely),
    history: createRevisionStore(kysely),
    former: createFormerStore(scanner),
    referrers: createReferrerStore({ kysely }),
  };
}

/** An entry of an index names its image where any registry has it: here only where it is seen. */
function hideChildren(images: ImageStore): ImageStore {
  return {
    ...images,
    async listChildren(indexKeys, limit) {
      const children = await images.listChildren(indexKeys, limit);
      const keys = new Set(children.flatMap(({ imageKey }) => imageKey ?? []));
      const seen = new Set((await images.findMany([...keys])).map(({ key }) => key));
      return children.map((child) =>
        child.imageKey === null || seen.has(child.imageKey) ? child : { ...child, imageKey: null },
      );
    },
  };
}
