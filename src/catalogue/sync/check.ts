import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { Expectation, CheckOutcome } from './expectation.js';
import type { Reading, ReadOutcome } from './reading.js';

/** One check of what one repository's notices told of, and what came of it so far. */
export interface Check {
  readonly reading: Reading;
  readonly expected: readonly Expectation[];
  /** By each tag that was asked for, what it shows; a digest of null: nothing. */
  readonly shown: Map<TagName, ReadOutcome<TagName, Digest | null>>;
  readonly outcomes: Map<Expectation, CheckOutcome>;
  hasChanged: boolean;
}

export function createCheck(reading: Reading, expected: readonly Expectation[]): Check {
  return { reading, expected, shown: new Map(), outcomes: new Map(), hasChanged: false };
}

/** Returns those of the tags that the index has. */
export async function mapTags({ parts, repository }: Reading, names: readonly TagName[]): Promise<Map<TagName, Tag>> {
  return new Map((await parts.tags.findNamed(repository.key, names)).map((tag) => [tag.name, tag]));
}
