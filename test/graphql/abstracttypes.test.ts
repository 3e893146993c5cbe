import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isAbstractType, isInterfaceType, isLeafType, parse, validate } from 'graphql';
import { errorCodes } from '../../src/errors.js';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const abstractTypes = types.filter((type) => isAbstractType(type));

test('Node, SearchResult, UserError and RegistryError are the abstract types', () => {
  expect(abstractTypes.map(({ name }) => name).toSorted()).toEqual([
    'Node',
    'RegistryError',
    'SearchResult',
    'UserError',
  ]);
});

/** A job of many registries is of none: whoever selects this beside others of its name gives it an alias. */
const aliased = 'Job.registry: Registry';

describe.each(abstractTypes.map((type) => [type.name, type] as const))('%s', (_, type) => {
  const members = schema.getPossibleTypes(type);

  test('fields of one name can be selected of all its members at once', () => {
    const names = [...new Set(members.flatMap((member) => Object.keys(member.getFields())))].toSorted();
    const clashes = names.flatMap((name) => {
      const shapes = members.flatMap((member) => {
        const field = member.getFields()[name];
        const shape = field && `${member.name}.${name}: ${String(field.type)}`;
        return shape && shape !== aliased ? [shape] : [];
      });
      return new Set(shapes.map((shape) => shape.replace(/^.*?: /, ''))).size > 1 ? [shapes] : [];
    });
    expect(clashes).toEqual([]);
  });

  test('a selection of its members merges for the validator too', () => {
    const spreads = members.map((member) => {
      const leaves = Object.values(member.getFields()).filter(({ type: of }) => isLeafType(getNamedType(of)));
      return `... on ${member.name} { __typename ${leaves.map(({ name }) => name).join(' ')} }`;
    });
    const text = `fragment All on ${type.name} { ${spreads.join(' ')} }`;
    const errors = validate(schema, parse(text)).filter(({ message }) => !message.includes('is never used'));
    expect(errors.map(({ message }) => message)).toEqual([]);
  });
});

test('every code of an error is a value of ErrorCode, and every field that has one is of it', () => {
  const codes = schema.getType('ErrorCode');
  expect(codes && 'getValues' in codes && codes.getValues().map(({ name }) => name)).toEqual(errorCodes.toSorted());
  const fields = types.flatMap((type) =>
    'getFields' in type && type.name !== 'AuditFilter'
      ? Object.values(type.getFields()).flatMap((field) =>
          field.name === 'code' ? [`${type.name}: ${String(field.type)}`] : [],
        )
      : [],
  );
  expect(fields.length).toBeGreaterThan(4);
  expect(fields.filter((field) => !/: ErrorCode!?$/.test(field))).toEqual([]);
});

test('what has registryName, hint or tags of an error implements RegistryError', () => {
  const has = types.filter((type) => type.name.endsWith('Error') && 'getFields' in type && 'hint' in type.getFields());
  expect(
    has.filter(
      (type) =>
        !isInterfaceType(type) &&
        !('getInterfaces' in type && type.getInterfaces().some(({ name }) => name === 'RegistryError')),
    ),
  ).toEqual([]);
  expect(has.length).toBe(6);
});

test('every root field is nullable', () => {
  const fields = Object.values(schema.getQueryType()!.getFields());
  expect(fields.filter(({ type }) => String(type).endsWith('!')).map(({ name }) => name)).toEqual([]);
});
