import { type GraphQLFieldResolver, type GraphQLSchema, isLeafType, getNamedType, isObjectType } from 'graphql';
import type { Slices } from '../../timer.js';
import type { Context } from '../context.js';

/**
 * Has every field with a resolver ask first whether its operation goes on, and lets the event loop turn between the
 * objects and pages that come from promises: thousands of them may come at the same moment, and completing them takes
 * seconds.
 */
export function paceFields(schema: GraphQLSchema, slices: Slices): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve) continue;
      const resolve = endWithOperation(field.resolve as Resolve);
      field.resolve = isLeafType(getNamedType(field.type)) ? resolve : giveTurns(resolve, slices);
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, Context>;

/** One that is over asks nothing more of the database or of registries; its answer was sent. */
function endWithOperation(resolve: Resolve): Resolve {
  return (source, args, context, info) => {
    const { signal } = context.request.call;
    if (signal.aborted) throw signal.reason;
    return resolve(source, args, context, info);
  };
}

function giveTurns(resolve: Resolve, slices: Slices): Resolve {
  const inTurn = (value: unknown): unknown => {
    const turn = slices.next();
    return turn ? turn.then(() => value) : value;
  };
  return (source, args, context, info) => {
    const value = resolve(source, args, context, info);
    return value instanceof Promise ? value.then(inTurn) : value;
  };
}
