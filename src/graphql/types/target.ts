import { Field, ID, InputType } from 'type-graphql';

/** How every input names a registry that it is about: by its id, or by its name. `resolvers/target.ts` reads it. */
@InputType()
export abstract class RegistryTargetInput {
  @Field(() => ID, { nullable: true, description: 'Its id: instead of all names.' })
  id?: string | null;
  @Field(() => String, { nullable: true, description: "The registry's name, or its UUID: instead of `id`." })
  registry?: string | null;
}

/** How every input names a repository that it is about. */
@InputType()
export abstract class RepositoryTargetInput extends RegistryTargetInput {
  @Field(() => String, { nullable: true, description: "The repository's full name, beside `registry`." })
  repository?: string | null;
}
