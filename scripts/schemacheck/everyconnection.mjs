import { getNamedType, getNullableType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';

/**
 * Documents that page through each connection of Query and of the members of Node, and that ask for each of these
 * members again by its id: as pairs of a module's name and its text.
 */
export function printEveryConnection(schema) {
  const members = schema.getPossibleTypes(schema.getType('Node'));
  const lists = [schema.getQueryType(), ...members].flatMap((type) =>
    Object.values(type.getFields())
      .filter(isConnection)
      .map((field) => printPages(type, field)),
  );
  return [...lists, ...members.map(printRefetch)];
}

function isConnection({ type }) {
  const connection = getNullableType(type);
  return isObjectType(connection) && connection.name.endsWith('Connection');
}

function printPages(type, { name, args }) {
  const module = `Every${type.name}${name[0].toUpperCase()}${name.slice(1)}`;
  const used = args.filter((argument) => ['first', 'after'].includes(argument.name) || isRequiredArgument(argument));
  const definitions = used.map((argument) =>
    argument.name === 'first'
      ? 'first: { type: "Int", defaultValue: 20 }'
      : `${argument.name}: { type: "${String(argument.type)}" }`,
  );
  const text = `
    fragment ${module}_list on ${type.name}
    @argumentDefinitions(${definitions.join(' ')})
    @refetchable(queryName: "${module}Query") {
      ${name}(${used.map((argument) => `${argument.name}: $${argument.name}`).join(' ')})
      @connection(key: "${module}_${name}") { edges { cursor node { __typename } } }
    }`;
  return [module, text];
}

function printRefetch(type) {
  const module = `Every${type.name}`;
  const leaves = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  const text = `
    fragment ${module}_node on ${type.name} @refetchable(queryName: "${module}Query") {
      ${leaves
        .filter(({ args }) => !args.some(isRequiredArgument))
        .map(({ name }) => name)
        .join(' ')}
    }`;
  return [module, text];
}
