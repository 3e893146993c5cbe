import {
  type FieldNode,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { appliesTo, type Fragments } from '../server/fragments.js';

/** A field of an answer, by its key there. */
export interface SelectedField {
  readonly key: string;
  readonly node: FieldNode;
  /** null: `__typename`. */
  readonly field: GraphQLField<unknown, unknown> | null;
  /** Of an object; empty for a leaf. */
  readonly fields: readonly SelectedField[];
}

export interface SelectionParts {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  /** Fields that can be written without their resolvers, each behind its type and a point. */
  readonly writable: ReadonlySet<string>;
  /** Of those that take arguments, the arguments that may be given. */
  readonly readable: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads the fields of a selection in the order of the answer (GraphQL specification, "CollectFields"). null where it
 * has more than plain fields: directives, other arguments, a field that is not writable, or one object that is selected
 * in two places.
 */
export function readSelection(
  parts: SelectionParts,
  type: GraphQLObjectType,
  set: SelectionSetNode,
): readonly SelectedField[] | null {
  const selected: Selected = { found: new Map(), spread: new Set() };
  return collect(parts, type, set, selected) ? [...selected.found.values()] : null;
}

/** Of one object of the answer, as far as it was read. */
interface Selected {
  readonly found: Map<string, SelectedField>;
  /** Names of the fragments that were read: again they add nothing, and to read each anew doubles with each level. */
  readonly spread: Set<string>;
}

/** false: it has more than plain fields. */
function collect(
  parts: SelectionParts,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  selected: Selected,
): boolean {
  return selections.every((selection) => {
    if (selection.directives?.length) return false;
    if (selection.kind === Kind.FIELD) return collectField(parts, type, selection, selected.found);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (selected.spread.has(selection.name.value)) return true;
      selected.spread.add(selection.name.value);
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : parts.fragments.get(selection.name.value);
    if (!fragment || fragment.directives?.length) return false;
    if (!appliesTo(parts.schema, fragment.typeCondition?.name.value, type)) return false;
    return collect(parts, type, fragment.selectionSet, selected);
  });
}

function collectField(
  parts: SelectionParts,
  type: GraphQLObjectType,
  node: FieldNode,
  found: Map<string, SelectedField>,
): boolean {
  const { writable, readable } = parts;
  const name = `${type.name}.${node.name.value}`;
  const key = node.alias?.value ?? node.name.value;
  if (!writable.has(name)) return false;
  if (node.arguments?.some((argument) => !readable[name]?.includes(argument.name.value))) return false;
  const field = type.getFields()[node.name.value] ?? null;
  const named = field && getNamedType(field.type);
  if (!isObjectType(named) || !node.selectionSet) {
    if (!found.has(key)) found.set(key, { key, node, field, fields: [] });
    return true;
  }
  const fields = found.has(key) ? null : readSelection(parts, named, node.selectionSet);
  if (fields) found.set(key, { key, node, field, fields });
  return fields !== null;
}
