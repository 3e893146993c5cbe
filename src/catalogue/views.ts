import { LRUCache } from 'lru-cache';
import type { Viewer } from '../domain/account.js';
import type { CatalogueParts, CatalogueSettings } from './parts.js';
import { createSeenParts } from './seeing/seenparts.js';
import { createSeenUseCases, type UseCases, type Work } from './usecases.js';
import { listVisiblePlaces } from './visibility.js';

/** The catalogue as one viewer has it. */
export interface CatalogueView {
  readonly parts: CatalogueParts;
  readonly useCases: UseCases;
}

/** The views of all viewers: those who see the same have one. */
export interface CatalogueViews {
  of(viewer: Viewer | null): CatalogueView;
}

/** Views that are kept, of some ten kilobytes each: the one that was not asked for longest goes. */
const kept = 200;

export function createViews(
  settings: Pick<CatalogueSettings, 'database' | 'sealer'>,
  parts: CatalogueParts,
  whole: { readonly useCases: UseCases; readonly work: Work },
): CatalogueViews {
  const views = new LRUCache<string, CatalogueView>({ max: kept });
  const all: CatalogueView = { parts, useCases: whole.useCases };
  return {
    of(viewer) {
      const places = listVisiblePlaces(viewer);
      if (places === null) return all;
      const name = JSON.stringify(places.map(({ registryId, repositories }) => [registryId, repositories]));
      const known = views.get(name);
      if (known) return known;
      const seen = createSeenParts(parts, settings, places);
      const view = { parts: seen, useCases: createSeenUseCases(parts, seen, whole) };
      views.set(name, view);
      return view;
    },
  };
}
