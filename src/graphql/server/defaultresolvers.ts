import { type GraphQLSchema, isObjectType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

type Storage = ReturnType<typeof getMetadataStorage>;
type FieldMetadata = NonNullable<Storage['objectTypes'][number]['fields']>[number];

/**
 * Takes TypeGraphQL's wrapper off the fields that only read a property of the same name: executors read those
 * themselves, faster. A field with a resolver, an `@Authorized` or a middleware keeps its wrapper, and so what that
 * does; TypeGraphQL's own `simpleResolvers` drops both in silence. Global middlewares are not seen here: the schema has
 * none. Returns how many fields there were.
 */
export function stripPlainFields(schema: GraphQLSchema): number {
  const storage = getMetadataStorage();
  let count = 0;
  for (const { name, target, interfaceClasses = [] } of storage.objectTypes) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    const sources = [...storage.objectTypes, ...storage.interfaceTypes]
      .filter(
        (one) => one.target === target || interfaceClasses.includes(one.target) || isSuperclass(one.target, target),
      )
      .flatMap(({ fields = [] }) => fields);
    for (const field of Object.values(type.getFields())) {
      const declared = sources.filter(({ schemaName }) => schemaName === field.name);
      if (!field.resolve || declared.length === 0 || !declared.every((one) => isPlain(storage, one))) continue;
      delete field.resolve;
      count += 1;
    }
  }
  return count;
}

/** `roles` is an empty list for an `@Authorized()` that names none. */
function isPlain(
  { fieldResolvers }: Storage,
  { name, schemaName, target, roles, middlewares = [] }: FieldMetadata,
): boolean {
  const isResolved = fieldResolvers.some((one) => one.methodName === name && one.getObjectType?.() === target);
  return name === schemaName && !isResolved && roles === undefined && middlewares.length === 0;
}

function isSuperclass(one: Function, other: Function): boolean {
  return Object.prototype.isPrototypeOf.call(one, other);
}
