import type DataLoader from 'dataloader';
import type { SeriesRange } from '../../domain/series.js';
import type { Drift } from '../../domain/summary.js';
import type { ListStore } from '../../store/queries/lists.js';
import type { SeriesPlace, SeriesStore, SizeSample } from '../../store/queries/series.js';
import { createBatchLoader } from './batchloader.js';

export interface SummaryListParts {
  readonly lists: ListStore;
  readonly series: SeriesStore;
}

/** Measures of one repository, or of a whole registry, over a range of time. */
export interface SeriesRequest {
  readonly place: SeriesPlace;
  readonly range: SeriesRange;
}

/** Repositories taken together, and over time. */
export interface SummaryLoaders {
  readonly sizeSamples: DataLoader<SeriesRequest, SizeSample[], string>;
  /** How many in each part of the range. */
  readonly pushes: DataLoader<SeriesRequest, number[], string>;
  /** How far the tags of some repositories are the same. */
  readonly drift: DataLoader<readonly number[], Drift, string>;
}

export function createSummaryLoaders({ lists, series }: SummaryListParts): SummaryLoaders {
  const overTime = {
    keyOf: ({ place }: SeriesRequest) => `${place.registryId} ${place.repository}`,
    kindOf: ({ place, range }: SeriesRequest) => JSON.stringify([place.repository === '', range]),
  };
  const placesOf = (requests: readonly SeriesRequest[]): SeriesPlace[] => requests.map(({ place }) => place);
  return {
    sizeSamples: createBatchLoader({
      ...overTime,
      load: (requests) => series.samplesOf(placesOf(requests), requests[0]!.range),
    }),
    pushes: createBatchLoader({
      ...overTime,
      load: (requests) => series.pushesOf(placesOf(requests), requests[0]!.range),
    }),
    drift: createBatchLoader({
      keyOf: (repositoryKeys) => repositoryKeys.join(' '),
      load: (groups) => lists.compareRepositories(groups),
    }),
  };
}
