import 'reflect-metadata';
import { Field, ObjectType, Query, Resolver, buildSchemaSync } from 'type-graphql';
import { graphql, printType } from 'graphql';
import { createEnumType } from '../../src/graphql/enum.js';

type Colour = 'RED' | 'dark:blue';

const ColourEnum = createEnumType<Colour>('Colour', 'A colour.', {
  RED: 'As a rose.',
  'dark:blue': { name: 'DARK_BLUE', description: 'As the sea.' },
});

@ObjectType('Rose')
class RoseType {
  @Field(() => [ColourEnum])
  colours!: Colour[];
}

@Resolver()
class RoseResolver {
  @Query(() => RoseType)
  rose(): RoseType {
    return { colours: ['RED', 'dark:blue'] };
  }
}

const schema = buildSchemaSync({ resolvers: [RoseResolver], validate: false });

test('an enum has the members of its union, by the names and with the descriptions they are given', () => {
  expect(printType(schema.getType('Colour')!)).toBe(
    '"""A colour."""\nenum Colour {\n  """As a rose."""\n  RED\n\n  """As the sea."""\n  DARK_BLUE\n}',
  );
});

test("a member of the union is answered by the enum's name for it", async () => {
  expect((await graphql({ schema, source: '{ rose { colours } }' })).data).toEqual({
    rose: { colours: ['RED', 'DARK_BLUE'] },
  });
});

test('the compiler refuses an enum that lacks a member, has one too many, or is of no union', () => {
  const refused = [
    // @ts-expect-error 'dark:blue' has no description.
    () => createEnumType<Colour>('Lacking', 'One is missing.', { RED: 'As a rose.' }),
    // @ts-expect-error The union has no GREEN.
    () => createEnumType<Colour>('Excessive', 'One too many.', { RED: '', 'dark:blue': '', GREEN: '' }),
    // @ts-expect-error There is no type argument, and so nothing to compare with.
    () => createEnumType('Unchecked', 'Whatever.', { RED: 'As a rose.' }),
  ];
  expect(refused).toHaveLength(3);
});
