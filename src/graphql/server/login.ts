import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';

/** Mutations that a stranger may send: the password says who it is. Once in an operation, all together. */
export const publicMutations: readonly string[] = ['login', 'changePassword'];

/** True for an operation that a stranger may send: a mutation of these and nothing else. */
export function onlyLogsIn(operation: OperationDefinitionNode | undefined): boolean {
  if (operation?.operation !== OperationTypeNode.MUTATION) return false;
  const isPublic = (name: string): boolean => publicMutations.includes(name) || name === '__typename';
  return operation.selectionSet.selections.every((one) => one.kind === Kind.FIELD && isPublic(one.name.value));
}

/**
 * The same of a request's body that nothing has read yet. Text that is no document asks for no login. `maxTokens`
 * bounds the reading.
 */
export function asksOnlyToLogIn(body: unknown, maxTokens: number): boolean {
  const { query, operationName } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string') return false;
  const document = parseQuietly(query, maxTokens);
  const named = typeof operationName === 'string' && operationName !== '' ? operationName : undefined;
  return document !== null && onlyLogsIn(getOperationAST(document, named) ?? undefined);
}

function parseQuietly(query: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(query, { maxTokens, noLocation: true });
  } catch {
    return null;
  }
}
