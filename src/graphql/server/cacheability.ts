import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import {
  type DocumentNode,
  getNamedType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Context } from '../context.js';

/** Tells, after an operation ran, whether its answer stays right until the data changes, or its validity ends. */
export interface Cacheability {
  readonly plugin: ApolloServerPlugin<Context>;
  has(context: Context): boolean;
}

/**
 * An answer may be kept when a query gave it, without errors, without volatile fields and without asking a registry.
 */
export function createCacheability(schema: GraphQLSchema): Cacheability {
  const decided = new WeakMap<OperationDefinitionNode, boolean>();
  // Apollo copies the context, so its request stands for it.
  const cacheable = new WeakSet<Context['request']>();
  const isStable = (document: DocumentNode, operation: OperationDefinitionNode): boolean => {
    const known = decided.get(operation);
    if (known !== undefined) return known;
    const stable = operation.operation === OperationTypeNode.QUERY && !selectsVolatile(schema, document, operation);
    decided.set(operation, stable);
    return stable;
  };
  const listener: GraphQLRequestListener<Context> = {
    async willSendResponse({ document, operation, response: { body }, contextValue }) {
      if (
        !document ||
        !operation ||
        body.kind !== 'single' ||
        body.singleResult.errors ||
        body.singleResult.extensions?.['upstreamRequests']
      )
        return;
      if (isStable(document, operation)) cacheable.add(contextValue.request);
    },
  };
  return { plugin: { requestDidStart: async () => listener }, has: ({ request }) => cacheable.has(request) };
}

/**
 * `@Extensions({ volatile: true })` on a field, or on a type for every field that gives it, means that it changes
 * without the data changing: with time, or with who asks. A field whose use case notes in the request's validity for
 * how long it holds has none. Looks at every fragment of the document, used or not.
 */
export function selectsVolatile(
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  const checkField = (): void => {
    const field = types.getFieldDef();
    if (!field) return;
    found ||= [field, getNamedType(field.type), types.getParentType()].some(
      (one) => one?.extensions['volatile'] === true,
    );
  };
  for (const definition of definitions) {
    if (definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION)
      visit(definition, visitWithTypeInfo(types, { Field: checkField }));
  }
  return found;
}
