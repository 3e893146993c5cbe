import 'reflect-metadata';
import { type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import {
  Authorized,
  buildSchemaSync,
  Field,
  FieldResolver,
  getMetadataStorage,
  InterfaceType,
  ObjectType,
  Query,
  Resolver,
  UseMiddleware,
} from 'type-graphql';
import { stripPlainFields } from '../../../src/graphql/server/defaultresolvers.js';

@InterfaceType()
abstract class Named {
  @Field(() => String)
  name!: string;
}

@ObjectType({ implements: Named })
class Thing extends Named {
  @Field(() => String)
  plain!: string;

  @Field(() => String, { name: 'shown' })
  inner!: string;

  @Field(() => String)
  @Authorized()
  guarded!: string;

  @Field(() => String)
  @UseMiddleware((_, next) => next())
  watched!: string;

  @Field(() => String)
  resolved!: string;

  @Field(() => String)
  computed(): string {
    return 'computed';
  }
}

@Resolver(() => Thing)
class ThingResolver {
  @Query(() => Thing)
  thing(): Thing {
    return new Thing();
  }

  @FieldResolver(() => String)
  resolved(): string {
    return 'resolved';
  }
}

function build(): GraphQLSchema {
  return buildSchemaSync({ resolvers: [ThingResolver], validate: false, authChecker: () => false });
}

// Files of a process share TypeGraphQL's storage: a guard in it asks a checker of each schema that is built from there.
afterAll(() => {
  const { authorizedFields, middlewares } = getMetadataStorage();
  for (const guards of [authorizedFields, middlewares]) guards.splice(0);
});

/** The fields of `Thing` that have a function of their own. */
function listResolved(schema: GraphQLSchema): string[] {
  const fields = (schema.getType('Thing') as GraphQLObjectType).getFields();
  return Object.values(fields).flatMap(({ name, resolve }) => (resolve ? [name] : []));
}

test('fields that only read a property of their name lose their function, inherited ones too; all others keep it', () => {
  const schema = build();
  expect(listResolved(schema)).toEqual(expect.arrayContaining(['name', 'plain']));
  expect(stripPlainFields(schema)).toBeGreaterThanOrEqual(2);
  expect(listResolved(schema)).not.toEqual(expect.arrayContaining(['name']));
  expect(listResolved(schema)).not.toEqual(expect.arrayContaining(['plain']));
  expect(listResolved(schema)).toEqual(expect.arrayContaining(['shown', 'guarded', 'watched', 'resolved']));
});

test('nothing is left to take away the second time', () => {
  const schema = build();
  stripPlainFields(schema);
  expect(stripPlainFields(schema)).toBe(0);
});
