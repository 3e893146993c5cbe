import DataLoader from 'dataloader';
import type { LayerCounts } from '../../domain/lineage.js';
import type { LayerUseStore } from '../../store/queries/layeruse.js';
import type { DerivedPage, LayerBase, LineageStore } from '../../store/queries/lineage.js';
import { createBatchLoader, loadByKey } from './batchloader.js';

export interface LineageParts {
  readonly lineage: LineageStore;
  readonly layerUse: LayerUseStore;
}

/** A page of the images that are built on one, by the keys of both. */
export interface DerivedRequest {
  readonly imageKey: number;
  readonly first: number;
  readonly after: number | null;
}

/** Bases of images, and images that are built on them: one statement for all images of a tick. */
export interface LineageLoaders {
  /** null: no known image, by its layers. */
  readonly layerBase: DataLoader<number, LayerBase | null>;
  readonly derivedPage: DataLoader<DerivedRequest, DerivedPage, string>;
  readonly derivedCount: DataLoader<number, number>;
  /** Counted once, however many of its fields tell of it. */
  readonly layerCounts: DataLoader<number, LayerCounts>;
}

export function createLineageLoaders({ lineage, layerUse }: LineageParts): LineageLoaders {
  return {
    layerBase: new DataLoader(async (keys) => {
      const found = await lineage.findBases(keys);
      return keys.map((key) => found.get(key) ?? null);
    }),
    derivedPage: createBatchLoader({
      keyOf: ({ imageKey }) => imageKey,
      kindOf: ({ first, after }) => `${first} ${after ?? ''}`,
      load: (requests) =>
        loadByKey<DerivedRequest, number, DerivedPage>(
          requests,
          ({ imageKey }) => imageKey,
          (keys) => lineage.listDerived(keys, requests[0]!.first, requests[0]!.after),
        ),
    }),
    derivedCount: new DataLoader(async (keys) => {
      const counts = await lineage.countDerived(keys);
      return keys.map((key) => counts.get(key) ?? 0);
    }),
    layerCounts: new DataLoader((keys) => Promise.all(keys.map((key) => layerUse.count(key)))),
  };
}
