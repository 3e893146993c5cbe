import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
} from 'graphql';

type Described = readonly [path: string, description: string | null | undefined];

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const described = Object.values(schema.getTypeMap())
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap(listDescribed);

/** A type, its fields with their arguments, and its values. */
function listDescribed(type: GraphQLNamedType): Described[] {
  const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
  const values = 'getValues' in type ? type.getValues() : [];
  return [
    [type.name, type.description],
    ...values.map(({ name, description }): Described => [`${type.name}.${name}`, description]),
    ...fields.flatMap((field): Described[] => {
      const path = `${type.name}.${field.name}`;
      const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
      return [
        [path, field.description],
        ...args.map(({ name, description }): Described => [`${path}(${name}:)`, description]),
      ];
    }),
  ];
}

const builtIn = ['Boolean', 'Float', 'ID', 'Int', 'String'];

test('every type, field, argument and value of the schema has a description that is a sentence', () => {
  expect(described.length).toBeGreaterThan(500);
  const wrong = described.filter(([path, text]) => !builtIn.includes(path) && !/^\S[^]*[.:)]$/.test(text ?? ''));
  expect(wrong).toEqual([]);
});

test('a description names what it describes: it does not begin with "What", and is more than one word', () => {
  expect(described.filter(([, text]) => /^(?:What\b|\w+\.$)/.test(text ?? ''))).toEqual([]);
});

/** Numbers without a unit: the status is of HTTP. */
const withoutUnit = ['TestWebhookPayload.status', 'UpstreamFailedError.status', 'WebhookDelivery.lastStatus'];

test('the description of a number says its unit, or what is counted', () => {
  const isNumber = (type: GraphQLInputType | GraphQLOutputType): boolean =>
    ['ByteSize', 'Float', 'Int'].includes(getNamedType(type).name);
  const numbers = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) =>
      ('getFields' in type ? Object.values(type.getFields()) : []).flatMap((field): Described[] => {
        const path = `${type.name}.${field.name}`;
        const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
        return [
          ...(isNumber(field.type) ? [[path, field.description] as const] : []),
          ...args
            .filter((one) => isNumber(one.type))
            .map(({ name, description }): Described => [`${path}(${name}:)`, description]),
        ];
      }),
    );
  expect(numbers.length).toBeGreaterThan(60);
  const unit = /\b(?:bytes|milliseconds|seconds|hours|days|how many|number of)\b/i;
  expect(numbers.filter(([, text]) => !unit.test(text ?? '')).map(([path]) => path)).toEqual(withoutUnit);
});
