import {
  coerceInputValue,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { badInput, type GatewayError } from '../../errors.js';
import { cut, cutQuoted } from './failure.js';

/** Values of variables as the operation's types have them, defaults included. */
export type Coerced = Readonly<Record<string, unknown>>;

/**
 * GraphQL specification, "Coercing Variable Values", up to the first fault: graphql-js words every fault with the whole
 * value in each, which for a value of thousands of wrong fields is a square of its size. Throws BAD_USER_INPUT naming
 * the variable and where in it the fault is.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Coerced {
  const coerced: Record<string, unknown> = {};
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    // Validation has refused what is no input type.
    if (!isInputType(type)) continue;
    const isGiven = Object.hasOwn(given, name) && given[name] !== undefined;
    if (!isGiven && definition.defaultValue) coerced[name] = valueFromAST(definition.defaultValue, type);
    else if (!isGiven && isNonNullType(type)) throw refuse(name, [], 'it is required, and was not given');
    else if (isGiven)
      coerced[name] = coerceInputValue(given[name], type, (path, _value, error) => {
        throw refuse(name, path, cutQuoted(error.message));
      });
  }
  return coerced;
}

function refuse(name: string, path: readonly (string | number)[], problem: string): GatewayError {
  const at = path.length > 0 ? ` at "${cut([name, ...path].join('.'))}"` : '';
  return badInput(
    `Variable "$${cut(name)}"${at} does not fit its type: ${problem}.`.replace(/\.\.$/, '.'),
    cut(name),
    ...path.slice(0, 10).map((part) => cut(String(part))),
  );
}
