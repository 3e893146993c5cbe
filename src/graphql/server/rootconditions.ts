import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql';

/**
 * Stands in for a document whose subscription has a condition at its root. GraphQL §5.2.4.1 allows none there, and
 * graphql-js throws while it validates one that depends on a variable. The gate refuses it.
 */
export const conditionalRoot: DocumentNode = parse('{ __typename }');

/** Tells whether `@skip` or `@include` decides what a subscription of the document, validated or not, begins. */
export function hasConditionalRoot({ definitions }: DocumentNode): boolean {
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  return definitions.some(
    (one) =>
      one.kind === Kind.OPERATION_DEFINITION &&
      one.operation === OperationTypeNode.SUBSCRIPTION &&
      isConditional(one.selectionSet, fragments, new Set()),
  );
}

/** Each fragment is looked at once, however often it is spread. */
function isConditional(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<FragmentDefinitionNode>,
): boolean {
  return selections.some((selection) => {
    if (selection.directives?.some(isCondition)) return true;
    if (selection.kind === Kind.FIELD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet, fragments, seen);
    const fragment = fragments.get(selection.name.value);
    if (!fragment || seen.has(fragment)) return false;
    seen.add(fragment);
    return isConditional(fragment.selectionSet, fragments, seen);
  });
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}
