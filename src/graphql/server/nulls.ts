import {
  type GraphQLArgument,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Context } from '../context.js';

type Values = Readonly<Record<string, unknown>>;

/**
 * `@Extensions({ nullIsValue: true })` on an argument or input field: null is a value of its own there, mostly one that
 * removes a setting, and its description says which.
 */
interface NullExtension {
  readonly nullIsValue?: boolean;
}

/**
 * The values of arguments, or of the fields of an input object, in which null is taken as not set: as the default where
 * there is one, else as absent, in nested inputs too. GraphQL itself tells null and absent apart (specification, "Null
 * Value"), but clients send null for what a form or a nullable variable leaves open. Gives `values` itself where that
 * changes nothing, and never writes to it: an executor may keep it for other calls.
 */
export function takeNullsAsUnset(
  definitions: readonly (GraphQLArgument | GraphQLInputField)[],
  values: Values,
): Values {
  let taken: Record<string, unknown> | undefined;
  for (const { name, type, defaultValue, extensions } of definitions) {
    const value = values[name];
    if (value === undefined || (value === null && (extensions as NullExtension).nullIsValue)) continue;
    const read = value === null ? defaultValue : takeWithin(type, value);
    if (read === value) continue;
    taken ??= { ...values };
    if (read === undefined) delete taken[name];
    else taken[name] = read;
  }
  return taken ?? values;
}

/** `value` is not null. Items of a list are no arguments: one that is null stays null. */
function takeWithin(type: GraphQLInputType, value: unknown): unknown {
  const inner = getNullableType(type);
  if (isInputObjectType(inner)) return takeNullsAsUnset(Object.values(inner.getFields()), value as Values);
  if (!isListType(inner) || !Array.isArray(value) || !holdsInputs(inner.ofType)) return value;
  const items = value.map((item: unknown) => (item === null ? null : takeWithin(inner.ofType, item)));
  return items.some((item, index) => item !== value[index]) ? items : value;
}

/** A list of thousands of ids has nothing within to look at. */
function holdsInputs(type: GraphQLInputType): boolean {
  const inner = getNullableType(type);
  return isListType(inner) ? holdsInputs(inner.ofType) : isInputObjectType(inner);
}

/** Has every resolver get its arguments as `takeNullsAsUnset` reads them. */
export function unsetNulls(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve || field.args.length === 0) continue;
      const resolve = field.resolve as GraphQLFieldResolver<unknown, Context>;
      field.resolve = (source, args, context, info) =>
        resolve(source, takeNullsAsUnset(field.args, args), context, info);
    }
  }
}
