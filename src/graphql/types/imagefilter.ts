import { Field, InputType } from 'type-graphql';

@InputType('PlatformInput', { description: 'A platform that an image runs on.' })
export class PlatformInput {
  @Field({ description: 'The operating system: `linux`.' })
  os!: string;
  @Field({ description: 'The architecture: `amd64`.' })
  architecture!: string;
  @Field(() => String, { nullable: true, description: "The architecture's variant: `v8`; any when absent." })
  variant?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The version of the operating system, or its first parts: `10.0.20348` finds `10.0.20348.1487`; any when absent.',
  })
  osVersion?: string | null;
}

@InputType('KeyValueInput', { description: 'One label.' })
export class KeyValueInput {
  @Field({ description: 'The key, exactly.' })
  key!: string;
  @Field({ description: 'The value, exactly.' })
  value!: string;
}
