import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Of a document, by their names. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function listFragments({ definitions }: DocumentNode): Fragments {
  return new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));
}

/** Tells whether what is selected on `condition`, or on no type of its own, is selected on objects of this type. */
export function appliesTo(schema: GraphQLSchema, condition: string | undefined, type: GraphQLObjectType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}

/**
 * Lists what a selection of a document, validated or not, has at its root: fields, and fragments with all that is in
 * them. A named fragment's own are listed once, however often it is spread.
 */
export function listRoot(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  seen = new Set<string>(),
): SelectionNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return [selection, ...listRoot(selection.selectionSet, fragments, seen)];
    const fragment = seen.has(selection.name.value) ? undefined : fragments.get(selection.name.value);
    seen.add(selection.name.value);
    return fragment ? [selection, ...listRoot(fragment.selectionSet, fragments, seen)] : [selection];
  });
}
