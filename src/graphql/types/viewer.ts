import { Extensions, Field, ObjectType } from 'type-graphql';
import type { Role, Viewer } from '../../domain/account.js';
import { createEnumType } from '../enum.js';

export const RoleEnum = createEnumType<Role>('Role', 'What an account or token may do.', {
  admin: { name: 'ADMIN', description: 'Everything.' },
  'registries:rw': { name: 'REGISTRIES_WRITE', description: 'Read, attach and detach registries, and delete.' },
  'registries:ro': { name: 'REGISTRIES_READ', description: 'Read.' },
});

@Extensions({ volatile: true })
@ObjectType('Viewer', { description: 'Who is asking, with what rights.' })
export class ViewerType implements Pick<Viewer, 'username' | 'roles'> {
  @Field({ description: 'The account.' })
  username!: string;
  @Field(() => [RoleEnum], { description: "The token's roles." })
  roles!: Role[];
}
