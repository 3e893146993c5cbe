import {
  type FieldNode,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isAbstractType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type DocumentNode,
} from 'graphql';
import { assertOffset, assertPageSize, assertParts, maxPageSize, maxParts } from '../../domain/page.js';
import { badInput, GatewayError } from '../../errors.js';
import type { Coerced } from './variables.js';
import { cutQuoted } from './failure.js';
import { appliesTo, type Fragments, listFragments } from './fragments.js';
import { takeNullsAsUnset } from './nulls.js';

/**
 * `@Extensions({ cost: … })` on a field: what it costs beside the objects that it gives.
 * `points`: each time it is asked for; one point is about the work of one object.
 * `filters`: points for each part of its `filter` argument that no index answers.
 * `items`: how long a list without `first` is taken to be.
 * Whatever the field, items that an `offset` passes over cost a point for each `passedAPoint`.
 * `fill`: of a list of parts (see `PartsArgs`), the share of what `first` allows that is taken to be there.
 */
export interface FieldCost {
  readonly points?: number;
  readonly filters?: Readonly<Record<string, number>>;
  readonly items?: number;
  readonly fill?: number;
}

/** Items that are passed over for one point: by an index, as `npm run bench costs` has it. */
const passedAPoint = 1000;

/** A list without `first`, where its field says nothing else. */
const usualItems = 10;

/** Reading the schema itself: every type with its fields, from memory. */
const introspectionPoints = 500;

/** Objects that only hold a list together, or say where a page stands: they cost nothing, as GitHub counts nodes. */
const wrapper = /(?:Connection|Edge)$|^PageInfo$/;

interface Counting {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly variables: Coerced;
  /**
   * The cost of a selection on a type, in a page of so many items: a fragment is counted once, however often it is
   * spread.
   */
  readonly known: Map<SelectionSetNode, Map<string, number>>;
}

/**
 * Counts the objects that an operation could give, by the sizes of its pages, and the points of what is dear. Throws
 * BAD_USER_INPUT for a page that is out of range and for an argument that cannot be read. Of a validated document,
 * whose depth is bounded.
 */
export function countCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Coerced,
): number {
  const type = schema.getRootType(operation.operation);
  if (!type) return 0;
  const fragments = listFragments(document);
  return countSelection({ schema, fragments, variables, known: new Map() }, operation.selectionSet, type, 0);
}

/** Throws QUERY_TOO_COMPLEX when the operation costs more than `limit`. */
export function assertCost(cost: number, limit: number): void {
  if (cost <= limit) return;
  const message =
    `The operation could cost ${cost} points, of which ${limit} are allowed: ask for smaller pages, ` +
    'or for fewer lists within lists.';
  throw new GatewayError('QUERY_TOO_COMPLEX', message, { cost: { requested: cost, limit } });
}

/** `page`: of a connection, how many items it may have; 0 elsewhere. */
function countSelection(counting: Counting, set: SelectionSetNode, type: GraphQLObjectType, page: number): number {
  const key = `${type.name} ${page}`;
  const known = counting.known.get(set) ?? new Map<string, number>();
  counting.known.set(set, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  let cost = 0;
  for (const selection of set.selections) {
    if (isLeftOut(selection, counting.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      cost += countField(counting, selection, type, page);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : counting.fragments.get(selection.name.value);
    if (fragment && appliesTo(counting.schema, fragment.typeCondition?.name.value, type))
      cost += countSelection(counting, fragment.selectionSet, type, page);
  }
  known.set(key, cost);
  return cost;
}

function countField(counting: Counting, node: FieldNode, parent: GraphQLObjectType, page: number): number {
  const name = node.name.value;
  if (name.startsWith('__')) return node.selectionSet ? introspectionPoints : 0;
  const field = parent.getFields()[name];
  if (!field) return 0;
  const args = readArguments(field, node, counting.variables);
  const { points = 0, filters = {}, items = usualItems, fill } = (field.extensions['cost'] ?? {}) as FieldCost;
  const own = points + countFilter(args, filters) + countPassed(args);
  const type = getNamedType(field.type);
  if (!node.selectionSet || (!isObjectType(type) && !isAbstractType(type)))
    return own + (fill === undefined ? 0 : (readParts(args, fill) ?? 0));
  const first = fill === undefined ? readPageSize(args) : readParts(args, fill);
  const isPage = first !== null && wrapper.test(type.name);
  const child = countObject(counting, node.selectionSet, type, isPage ? first : page);
  const each = child + (wrapper.test(type.name) ? 0 : 1);
  if (!isListType(getNullableType(field.type))) return own + each;
  // `nodes` and `edges` of a connection are as long as its page.
  const length = wrapper.test(parent.name) ? page : (first ?? readIds(args) ?? items);
  return own + length * each;
}

/** Of an abstract type: the dearest of the types that it could be. */
function countObject(
  counting: Counting,
  set: SelectionSetNode,
  type: GraphQLObjectType | Parameters<GraphQLSchema['getPossibleTypes']>[0],
  page: number,
): number {
  const types = isObjectType(type) ? [type] : counting.schema.getPossibleTypes(type);
  return types.reduce((most, one) => Math.max(most, countSelection(counting, set, one, page)), 0);
}

function readArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Coerced,
): Readonly<Record<string, unknown>> {
  try {
    return takeNullsAsUnset(field.args, getArgumentValues(field, node, variables));
  } catch (error) {
    // A variable that is null where an argument takes no null.
    throw badInput(cutQuoted((error as Error).message));
  }
}

/** The filter of a mutation stands in its `input`. */
function countFilter(args: Readonly<Record<string, unknown>>, points: Readonly<Record<string, number>>): number {
  const filter = args['filter'] ?? (args['input'] as Readonly<Record<string, unknown>> | undefined)?.['filter'];
  const given = Object.entries((filter ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return given.reduce((sum, [name]) => sum + (points[name] ?? 0), 0);
}

function countPassed({ offset }: Readonly<Record<string, unknown>>): number {
  if (typeof offset !== 'number') return 0;
  assertOffset(offset, null);
  return Math.ceil(offset / passedAPoint);
}

function readPageSize({ first, last }: Readonly<Record<string, unknown>>): number | null {
  if (typeof last === 'number') {
    assertPageSize(last, maxPageSize, 'last');
    return last;
  }
  if (typeof first !== 'number') return null;
  assertPageSize(first, maxPageSize);
  return first;
}

/** Of `first` parts, how many are counted. */
function readParts({ first }: Readonly<Record<string, unknown>>, fill: number): number | null {
  if (typeof first !== 'number') return null;
  assertParts(first, maxParts);
  return Math.ceil(first * fill);
}

function readIds({ ids }: Readonly<Record<string, unknown>>): number | null {
  return Array.isArray(ids) ? ids.length : null;
}

function isLeftOut(node: SelectionSetNode['selections'][number], variables: Coerced): boolean {
  if (!node.directives?.length) return false;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return true;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] === false;
}
