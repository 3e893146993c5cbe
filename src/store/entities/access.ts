import { defineEntity, p } from '@mikro-orm/core';
import { Repository } from './content.js';
import { Registry } from './registry.js';

/**
 * A place that some viewer's grants name, once for however many name it. It is made when it is first asked for, and
 * triggers keep which repositories are of it: see store/database/patterns.ts.
 */
export const AccessPatternSchema = defineEntity({
  name: 'AccessPattern',
  properties: {
    id: p.integer().primary().autoincrement(),
    /** The registry's id, or nothing, then a space and the pattern: a unique index tells no two nulls apart. */
    place: p.text().unique(),
    /** null: of every registry. */
    registry: () => p.manyToOne(Registry).ref().nullable().deleteRule('cascade'),
    /** A RepositoryGlob. */
    pattern: p.text(),
    /** How each name of it begins, up to 32 characters: only a pattern that a new name begins so is held against it. */
    beginning: p.text().default('').index(),
    /** Repositories with a greater id that were there before the pattern are still to be looked at; null: none are. */
    filledTo: p.bigint('number').nullable(),
  },
});
export class AccessPattern extends AccessPatternSchema.class {}
AccessPatternSchema.setClass(AccessPattern);

/** The repositories of a pattern. `registryId` is the repository's: an index gives those of one registry. */
export const PatternRepositorySchema = defineEntity({
  name: 'PatternRepository',
  indexes: [{ properties: ['pattern', 'registryId'] }],
  properties: {
    repository: () => p.manyToOne(Repository).primary().ref().index(false).deleteRule('cascade'),
    pattern: () => p.manyToOne(AccessPattern).primary().ref().index(false).deleteRule('cascade'),
    registryId: p.text(),
  },
});
export class PatternRepository extends PatternRepositorySchema.class {}
PatternRepositorySchema.setClass(PatternRepository);
