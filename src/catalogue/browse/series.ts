import type { Repository } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import {
  type AskedRange,
  fromDay,
  type SeriesMetric,
  type SeriesPoint,
  toDay,
  toSeriesPoints,
  toSeriesRange,
} from '../../domain/series.js';
import { badInput } from '../../errors.js';
import type { SeriesPlace } from '../../store/queries/series.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';

/** Bytes that a repository has more than at a time, or than when it was seen first. */
export interface RepositoryGrowth {
  readonly repository: Repository;
  readonly bytes: number;
  readonly since: Date;
}

/** The most days that samples are kept for. */
const mostDays = 365;

/** Parts of the catalogue that it uses. */
export interface SeriesParts extends Pick<CatalogueParts, 'clock' | 'series'> {
  readonly registryBrowsing: RegistryBrowsing;
}

/** How repositories and registries came to be what they are. */
export class SeriesBrowsing {
  readonly #parts: SeriesParts;

  constructor(parts: SeriesParts) {
    this.#parts = parts;
  }

  /** Throws BAD_USER_INPUT naming `from`, `to` or `points`. */
  ofRepository(
    context: RequestContext,
    { registryId, name, size, tagCount }: Repository,
    metric: SeriesMetric,
    asked: AskedRange,
  ): Promise<SeriesPoint[]> {
    const now = async (): Promise<number> => (metric === 'SIZE' ? size : tagCount);
    return this.#read(context, { registryId, repository: name }, metric, asked, now);
  }

  /** As `ofRepository`; sizes of whoever does not see all of the registry are not known. */
  ofRegistry(
    context: RequestContext,
    registry: Registry,
    metric: SeriesMetric,
    asked: AskedRange,
  ): Promise<SeriesPoint[]> {
    const { registryBrowsing } = this.#parts;
    const now = (): Promise<number | null> =>
      metric === 'SIZE' ? registryBrowsing.sizeOf(context, registry) : context.loaders.tagCount.load(registry.id);
    return this.#read(context, { registryId: registry.id, repository: '' }, metric, asked, now);
  }

  /**
   * Returns the repositories that grew most in so many days, the most bytes first, and none that did not grow. Throws
   * BAD_USER_INPUT naming `days`.
   */
  async listGrown({ viewer, loaders }: RequestContext, days: number, first: number): Promise<RepositoryGrowth[]> {
    assertAllowed(viewer, 'read');
    if (!(days >= 1 && days <= mostDays))
      throw badInput(`"days" must be between 1 and ${mostDays}, got ${days}.`, 'days');
    const today = toDay(this.#parts.clock());
    const from = today - days;
    const grown = await this.#parts.series.listGrown(from, first);
    const found = await loaders.repository.loadMany(grown.map(({ repositoryKey }) => repositoryKey));
    // A sample is what was there when its day ended. One that has gone meanwhile is left out.
    return grown.flatMap(({ bytes, day }, at) => {
      const repository = found[at]!;
      if (repository instanceof Error) return [];
      return [{ repository, bytes, since: fromDay(Math.min(today, Math.max(from, day) + 1)) }];
    });
  }

  async #read(
    { viewer, loaders }: RequestContext,
    place: SeriesPlace,
    metric: SeriesMetric,
    asked: AskedRange,
    readNow: () => Promise<number | null>,
  ): Promise<SeriesPoint[]> {
    assertAllowed(viewer, 'read');
    const now = this.#parts.clock();
    const range = toSeriesRange(asked, now);
    if (metric === 'PUSHES') return toSeriesPoints(range, await loaders.pushes.load({ place, range }));
    const samples = await loaders.sizeSamples.load({ place, range });
    const current = await readNow();
    const values = Array.from({ length: range.points }, (_one, at) => {
      const begin = range.from + at * range.step;
      if (begin > now.getTime()) return null;
      const end = begin + range.step;
      if (end > now.getTime()) return current;
      const last = samples.findLast(({ day }) => day <= toDay(new Date(end - 1)));
      return last ? (metric === 'SIZE' ? last.size : last.tagCount) : null;
    });
    return toSeriesPoints(range, values);
  }
}
