import {
  type ASTVisitor,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { type Fragments, listFragments, listRoot } from './fragments.js';
import { publicMutations } from './login.js';

/** Bounds of one operation: each far above what a page of a frontend needs, and far below what hurts. */
export interface QueryLimits {
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Fields and fragments, with fragments unfolded wherever they are spread: a compiled operation has each of them. */
  readonly selections: number;
  /** Characters of a name or an alias. Each is repeated for every object of a list. */
  readonly name: number;
  /** Points: objects an operation could give, by its page sizes, and what is dear beside them. See cost.ts. */
  readonly cost: number;
  /** Points of what is told of each event of a subscription: how many come is not up to who asks. */
  readonly eventCost: number;
  /** Bytes of an answer. */
  readonly answer: number;
  /** Bytes of the answer of one event. */
  readonly eventAnswer: number;
}

export const defaultQueryLimits: QueryLimits = {
  tokens: 1000,
  depth: 12,
  aliases: 30,
  rootFields: 20,
  directives: 20,
  selections: 2000,
  name: 128,
  cost: 10_000,
  eventCost: 250,
  answer: 8 * 1024 * 1024,
  eventAnswer: 256 * 1024,
};

/** Measures of a selection with its fragments unfolded: of `depth` and `name` the greatest, of the others the sum. */
interface Shape {
  readonly depth: number;
  readonly name: number;
  readonly aliases: number;
  readonly directives: number;
  readonly selections: number;
}

const flat: Shape = { depth: 0, name: 0, aliases: 0, directives: 0, selections: 0 };

/**
 * A validation rule: what does not depend on variables is refused before anything runs. Introspection's own fields do
 * not count as depth. Every fragment is measured once, so a bomb of fragments costs no more than its text.
 */
export function createShapeRule(limits: QueryLimits) {
  return (context: ValidationContext): ASTVisitor => ({
    Document(document) {
      const fragments = listFragments(document);
      const measured = new Map<string, Shape>();
      for (const operation of document.definitions) {
        if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
        const shape = measureSelection(operation.selectionSet, fragments, measured);
        const rootFields = listRoot(operation.selectionSet, fragments).filter((one) => one.kind === Kind.FIELD);
        const faults = [
          exceeds('depth', shape.depth, limits.depth),
          exceeds('length of a name', shape.name, limits.name),
          exceeds('number of aliases', shape.aliases, limits.aliases),
          exceeds('number of directives', shape.directives, limits.directives),
          exceeds('number of selections, with fragments unfolded,', shape.selections, limits.selections),
          exceeds('number of root fields', rootFields.length, limits.rootFields),
          exceeds('number of logins', rootFields.filter(({ name }) => publicMutations.includes(name.value)).length, 1),
        ];
        for (const fault of faults)
          if (fault) context.reportError(new GraphQLError(fault, { nodes: operation, extensions: { limit: true } }));
      }
    },
  });
}

function exceeds(what: string, value: number, limit: number): string | null {
  return value > limit ? `The ${what} of the operation is ${value}, of which ${limit} is allowed.` : null;
}

function measureSelection(set: SelectionSetNode, fragments: Fragments, measured: Map<string, Shape>): Shape {
  let { depth, name, aliases, directives } = flat;
  let selections = set.selections.length;
  const add = (inner: Shape, own: number): void => {
    depth = Math.max(depth, inner.depth + own);
    name = Math.max(name, inner.name);
    aliases += inner.aliases;
    directives += inner.directives;
    selections += inner.selections;
  };
  for (const selection of set.selections) {
    directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD) {
      if (selection.alias) aliases += 1;
      name = Math.max(name, selection.name.value.length, selection.alias?.value.length ?? 0);
      const inner = selection.selectionSet ? measureSelection(selection.selectionSet, fragments, measured) : flat;
      // The schema's own depth is bounded by its types: introspection does not count as depth, and as all else.
      add(selection.name.value.startsWith('__') ? { ...inner, depth: 0 } : inner, 1);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(measureSelection(selection.selectionSet, fragments, measured), 0);
    } else {
      add(measureFragment(selection.name.value, fragments, measured), 0);
    }
  }
  return { depth, name, aliases, directives, selections };
}

function measureFragment(name: string, fragments: Fragments, measured: Map<string, Shape>): Shape {
  const known = measured.get(name);
  const fragment = fragments.get(name);
  if (known || !fragment) return known ?? flat;
  // A fragment within itself is refused by another rule; here it must only end.
  measured.set(name, flat);
  const shape = measureSelection(fragment.selectionSet, fragments, measured);
  measured.set(name, shape);
  return shape;
}

/**
 * Stands in for a document whose subscription has a condition at its root. GraphQL §5.2.4.1 allows none there, and
 * graphql-js throws while it validates one that depends on a variable. The gate refuses it.
 */
export const conditionalRoot: DocumentNode = parse('{ __typename }');

/** Tells whether `@skip` or `@include` decides what a subscription of the document, validated or not, begins. */
export function hasConditionalRoot(document: DocumentNode): boolean {
  const fragments = listFragments(document);
  return document.definitions.some(
    (one) =>
      one.kind === Kind.OPERATION_DEFINITION &&
      one.operation === OperationTypeNode.SUBSCRIPTION &&
      listRoot(one.selectionSet, fragments).some(({ directives }) => directives?.some(isCondition)),
  );
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}
