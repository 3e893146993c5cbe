import type { Repository } from '../../domain/catalogue.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { chunk } from '../../store/sql/rows.js';
import { createCheck, type Check } from './check.js';
import { checkContent, judgeContent } from './checkcontent.js';
import { checkDeleted } from './checkdeleted.js';
import { checkTags } from './checktags.js';
import type { Expectation, CheckOutcome } from './expectation.js';
import { type Indexer, readContents } from './indexer.js';
import { type IndexerParts, openReading, type ReadOptions, toProblem } from './reading.js';
import type { RepositorySync } from './repositorysync.js';

/** Tags of an unknown repository that are asked for together, until one shows. */
const atATime = 8;

export interface NoticeCheckParts extends IndexerParts {
  readonly indexer: Indexer;
  readonly repositorySync: RepositorySync;
  /** Has a repository that was not known read whole, besides. */
  readonly readWhole: (registryId: string, name: RepositoryName, at: Date) => void;
}

type CheckOutcomes = ReadonlyMap<Expectation, CheckOutcome>;

/** Checks what notifications told of, at the registry. */
export class NoticeChecker {
  readonly #parts: NoticeCheckParts;

  constructor(parts: NoticeCheckParts) {
    this.#parts = parts;
  }

  /**
   * Asks the registry for what notices told of in one repository, and writes down what it shows, whatever that is: one
   * conditional request for each tag that was pushed, the list of tags for those that were deleted, and nothing for
   * content without a tag that no index waits for. May run beside a reading of the whole repository: neither undoes
   * what the other saw later.
   */
  async check(
    registryId: string,
    name: RepositoryName,
    expected: readonly Expectation[],
    options: ReadOptions,
  ): Promise<CheckOutcomes> {
    const registry = await this.#parts.registries.find(registryId);
    if (!registry) return findAll(expected, () => 'shown');
    try {
      const known = await this.#parts.repositories.find(registryId, name);
      const repository = known ?? (await this.#discover(registry, name, expected, options));
      if (repository) return await this.#checkKnown(registry, repository, expected, options);
      return findAll(expected, ({ notice }) => (notice.tag && notice.action === 'push' ? 'missing' : 'shown'));
    } catch (error) {
      const { retryAfter } = toProblem(this.#parts, error);
      return findAll(expected, () => ({ failed: true, retryAfter }));
    }
  }

  async #checkKnown(
    registry: Registry,
    repository: Repository,
    expected: readonly Expectation[],
    options: ReadOptions,
  ): Promise<CheckOutcomes> {
    const { contents, repositorySync } = this.#parts;
    const check = await this.#open(registry, repository, expected, options);
    await checkDeleted(check);
    await checkTags(check);
    await checkContent(check, repositorySync);
    if (check.hasChanged) {
      // A repository that was never read whole is being read, or will be: reading all its content is left to that.
      if (repository.tagsConfirmedAt) await readContents(check.reading);
      await contents.deriveSizes(repository.key);
      await judgeContent(check, repositorySync);
    }
    return check.outcomes;
  }

  /**
   * Takes in a repository that only notices know, once the registry shows a tag that they told of. Throws the
   * registry's failure.
   */
  async #discover(
    registry: Registry,
    name: RepositoryName,
    expected: readonly Expectation[],
    options: ReadOptions,
  ): Promise<Repository | null> {
    const { clients, indexer, readWhole } = this.#parts;
    const upstream = await clients.open(registry.id);
    const pushed = expected.filter(({ notice }) => notice.tag !== null && notice.action === 'push');
    for (const some of chunk(pushed, atATime)) {
      // Without content: that is read with the tag, once the repository is known.
      const digests = await Promise.all(some.map(({ notice }) => upstream.headManifest(name, notice.tag!, options)));
      if (digests.every((digest) => digest === null)) continue;
      const found = await indexer.discover(registry, name, options);
      if (found) readWhole(registry.id, name, some[0]!.at);
      return found;
    }
    return null;
  }

  async #open(
    registry: Registry,
    repository: Repository,
    expected: readonly Expectation[],
    options: ReadOptions,
  ): Promise<Check> {
    const upstream = await this.#parts.clients.open(registry.id);
    const when = { at: expected[0]!.at, source: 'NOTIFICATION' } as const;
    return createCheck(openReading(this.#parts, upstream, { registry, repository }, options, when), expected);
  }
}

function findAll(expected: readonly Expectation[], find: (expectation: Expectation) => CheckOutcome): CheckOutcomes {
  return new Map(expected.map((each) => [each, find(each)]));
}
