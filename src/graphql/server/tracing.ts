import { getOperationAST, type GraphQLSchema, isObjectType } from 'graphql';
import type { SpanDescription, Tracer } from '../../trace.js';
import type { Execute, Execution } from './jit.js';

/** Characters of an operation's name, which clients choose. */
const longestName = 100;

/** Each operation is a part of its request. */
export function traceOperations(execute: Execute, tracer: Tracer): Execute {
  if (!tracer.isOn) return execute;
  return (execution) =>
    tracer.part(
      () => describe(execution),
      () => execute(execution),
    );
}

function describe({ document, operationName }: Execution): SpanDescription {
  const operation = getOperationAST(document, operationName);
  return describeOperation(operation?.operation ?? 'GraphQL Operation', operation?.name?.value.slice(0, longestName));
}

/** The name is no part of the span's: there may be any number of them (semantic conventions for GraphQL servers). */
export function describeOperation(type: string, name: string | undefined): SpanDescription {
  return {
    name: type,
    attributes: { 'graphql.operation.type': type, ...(name && { 'graphql.operation.name': name }) },
  };
}

/** Fields with a resolver are where use cases begin. To be called before the schema is used. */
export function traceFields(schema: GraphQLSchema, tracer: Tracer): void {
  if (!tracer.isOn) return;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      const name = `${type.name}.${field.name}`;
      if (resolve) field.resolve = (...given) => tracer.useCase(name, (): unknown => resolve(...given));
    }
  }
}
