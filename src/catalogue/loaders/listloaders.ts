import type DataLoader from 'dataloader';
import type { Image, Repository, Tag, TagRevision } from '../../domain/catalogue.js';
import type { JobStep, StepState } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { RepositoryFilter, RepositoryOrder, TagFilter, TagOrder } from '../../domain/filter.js';
import type { TagName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { UsageStore } from '../../store/index/usage.js';
import type { DeletionStore } from '../../store/jobs/deletions.js';
import type { RevisionStore, HistoryPlace } from '../../store/index/tagrevisions.js';
import type { Cosigned, ReferrerStore } from '../../store/index/referrers.js';
import type { TagStore } from '../../store/index/tags.js';
import type { ImagePlace } from '../../store/index/tagsonimages.js';
import { createBatchLoader, loadByKey, loadPages } from './batchloader.js';
import { createJobLoaders, type JobListParts, type JobLoaders } from './jobloaders.js';
import { createSummaryLoaders, type SummaryListParts, type SummaryLoaders } from './summaryloaders.js';
import { createTagTextLoader, type TagTextLoader, type TagTextParts } from './tagtextloader.js';

export interface ListParts extends TagTextParts, JobListParts, SummaryListParts {
  readonly tags: TagStore;
  readonly history: RevisionStore;
  readonly contents: UsageStore;
  readonly referrers: ReferrerStore;
  readonly steps: JobListParts['steps'] & Pick<DeletionStore, 'pagesOfSteps'>;
}

/** A page of one registry's repositories. */
export interface RepositoryListRequest {
  readonly registryId: string;
  readonly filter: RepositoryFilter;
  readonly order: RepositoryOrder;
  readonly page: PageRequest;
}

/** A page of one repository's tags. */
export interface TagListRequest {
  readonly repositoryKey: number;
  readonly filter: TagFilter;
  readonly order: TagOrder;
  readonly page: PageRequest;
}

/** Whether a repository has a tag that one of these patterns names. */
export interface TagMatchRequest {
  readonly repositoryKey: number;
  readonly patterns: readonly string[];
}

/** A page of what one tag, or the tags of one repository, pointed to. */
export interface RevisionListRequest extends HistoryPlace {
  readonly formerOnly: boolean;
  readonly page: PageRequest;
}

/** A page of one job's steps; of one state when that is given. */
export interface StepListRequest {
  readonly jobId: string;
  readonly state: StepState | null;
  readonly page: PageRequest;
}

/** Classic cosign tags that are about an image: in one repository, or, where that is null, wherever it is. */
export interface CosignedRequest {
  readonly image: Pick<Image, 'key' | 'digest'>;
  readonly repositoryKey: number | null;
}

/** Lists with pages. */
export interface PageLoaders {
  readonly repositoryPage: DataLoader<RepositoryListRequest, Page<Repository>, string>;
  readonly tagPage: DataLoader<TagListRequest, Page<Tag>, string>;
  readonly tagTexts: TagTextLoader;
  /** The tags on an image, and on the indexes that it is a child of. */
  readonly locationPage: DataLoader<{ readonly imageKey: number; readonly page: PageRequest }, Page<Tag>, string>;
  readonly revisionPage: DataLoader<RevisionListRequest, Page<TagRevision>, string>;
  readonly stepPage: DataLoader<StepListRequest, Page<JobStep>, string>;
}

/**
 * The lists of one request: those that differ only in what they are of are one statement, and equal ones are one list.
 */
export interface ListLoaders extends PageLoaders, JobLoaders, SummaryLoaders {
  /** One such tag; null without. */
  readonly matchingTag: DataLoader<TagMatchRequest, TagName | null, string>;
  /** The first tags of a repository on an image, by name. */
  readonly tagsOn: DataLoader<ImagePlace & { readonly limit: number }, Tag[], string>;
  /** Images that say they are about the one of this digest. */
  readonly subjectOf: DataLoader<Digest, Image[], string>;
  readonly cosigned: DataLoader<CosignedRequest, Cosigned[], string>;
  /** The keys of the repositories that hold an image: of each registry those that may be asked about it. */
  readonly holders: DataLoader<number, number[], string>;
}

/**
 * Listings that one request may cause at registries, and so repositories of one registry that are of use for them. A
 * bound, because one query can name thousands of repositories.
 */
export const maxAsks = 20;

/**
 * Of what one image is the subject of, so many are looked at, by their digests: anyone who may push can make it more.
 */
export const maxReferrersRead = 1000;

export function createListLoaders(parts: ListParts): ListLoaders {
  const { tags, contents, referrers } = parts;
  return {
    ...createPageLoaders(parts),
    ...createJobLoaders(parts),
    ...createSummaryLoaders(parts),
    // Rules name many repositories alike.
    matchingTag: createBatchLoader({
      keyOf: ({ repositoryKey }) => repositoryKey,
      kindOf: ({ patterns }) => patterns.join(' '),
      load: (requests) =>
        loadByKey<TagMatchRequest, number, TagName | null>(
          requests,
          ({ repositoryKey }) => repositoryKey,
          (keys) => tags.findMatching(keys, requests[0]!.patterns),
          null,
        ),
    }),
    tagsOn: createBatchLoader({
      keyOf: ({ repositoryKey, imageKey }) => `${repositoryKey} ${imageKey}`,
      kindOf: ({ limit }) => `${limit}`,
      load: (requests) => tags.listOnImages(requests, requests[0]!.limit),
    }),
    subjectOf: createBatchLoader({
      keyOf: (digest) => digest,
      load: (digests) => referrers.findBySubjects(digests, maxReferrersRead),
    }),
    cosigned: createBatchLoader({
      keyOf: ({ image }) => image.key,
      kindOf: ({ repositoryKey }) => `${repositoryKey ?? ''}`,
      load: (requests) =>
        referrers.findCosigned(
          requests.map(({ image }) => image),
          requests[0]!.repositoryKey,
        ),
    }),
    holders: createBatchLoader({
      keyOf: (key) => key,
      load: (keys) =>
        loadByKey(
          keys,
          (key) => key,
          (some) => contents.holdersOf(some, maxAsks),
          [],
        ),
    }),
  };
}

function createPageLoaders({ lists, history, steps, tagTexts }: ListParts): PageLoaders {
  return {
    tagTexts: createTagTextLoader({ lists, tagTexts }),
    repositoryPage: createBatchLoader({
      keyOf: ({ registryId }) => registryId,
      kindOf: ({ filter, order, page }) => JSON.stringify([filter, order, page]),
      load: loadPages((requests) => {
        const { filter, order, page } = requests[0]!;
        return loadByKey(
          requests,
          ({ registryId }) => registryId,
          (keys) => lists.listRepositoriesOf(keys, filter, order, page),
        );
      }),
    }),
    tagPage: createBatchLoader({
      keyOf: ({ repositoryKey }) => repositoryKey,
      kindOf: ({ filter, order, page }) => JSON.stringify([filter, order, page]),
      load: loadPages((requests) => {
        const { filter, order, page } = requests[0]!;
        return loadByKey(
          requests,
          ({ repositoryKey }) => repositoryKey,
          (keys) => lists.listTags(keys, filter, order, page),
        );
      }),
    }),
    locationPage: createBatchLoader({
      keyOf: ({ imageKey }) => imageKey,
      kindOf: ({ page }) => JSON.stringify(page),
      load: loadPages((requests) =>
        loadByKey(
          requests,
          ({ imageKey }) => imageKey,
          (keys) => lists.listLocations(keys, requests[0]!.page),
        ),
      ),
    }),
    revisionPage: createBatchLoader({
      keyOf: ({ registryId, repository, tag }) => `${registryId} ${repository} ${tag ?? ''}`,
      kindOf: ({ tag, formerOnly, page }) => JSON.stringify([tag === null, formerOnly, page]),
      load: loadPages((requests) => history.list(requests, requests[0]!.formerOnly, requests[0]!.page)),
    }),
    stepPage: createBatchLoader({
      keyOf: ({ jobId }) => jobId,
      kindOf: ({ state, page }) => JSON.stringify([state, page]),
      load: loadPages((requests) =>
        loadByKey(
          requests,
          ({ jobId }) => jobId,
          (keys) => steps.pagesOfSteps(keys, requests[0]!.state, requests[0]!.page),
        ),
      ),
    }),
  };
}
