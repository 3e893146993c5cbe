import { Extensions, Field, InputType, ObjectType } from 'type-graphql';
import type { Role, Viewer } from '../../domain/account.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';

export const RoleEnum = createEnumType<Role>('Role', 'The rights of an account or a token.', {
  admin: { name: 'ADMIN', description: 'Do everything.' },
  'registries:rw': { name: 'REGISTRIES_WRITE', description: 'Read, attach and detach registries, and delete.' },
  'registries:ro': { name: 'REGISTRIES_READ', description: 'Read only.' },
});

@Extensions({ volatile: true })
@ObjectType('Viewer', { description: 'Who is asking, with what rights.' })
export class ViewerType implements Pick<Viewer, 'username' | 'roles'> {
  @Field({ description: 'The account; of a service key, its id in parentheses: `(service key: …)`.' })
  username!: string;
  @Field(() => [RoleEnum], { description: "The token's roles, as far as the account has their rights." })
  roles!: Role[];
}

@InputType('LoginInput', { description: 'An account and its password.' })
export class LoginInput {
  @Field({ description: 'The account.' })
  username!: string;
  @Field({ description: 'Its password.' })
  password!: string;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'true: the answer sets the cookie of a session, which no script reads, in place of giving a token. For pages ' +
      'of the gateway itself.',
  })
  session!: boolean;
}

@ObjectType('LoginPayload', { description: 'The result of a login.' })
export class LoginPayload extends Payload {
  @Field(() => String, {
    nullable: true,
    description: 'A token valid for 24 hours: send it as `X-Access-Token: username:token`. null with `session`.',
  })
  token?: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'The time from which the token, or the session, is no longer valid.',
  })
  expiresAt?: Date | null;
  @Field(() => ViewerType, { nullable: true, description: 'Who logged in.' })
  viewer?: Viewer | null;
}
