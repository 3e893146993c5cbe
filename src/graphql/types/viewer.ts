import { Extensions, Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Role, Viewer } from '../../domain/account.js';

export enum RoleEnum {
  ADMIN = 'admin',
  REGISTRIES_WRITE = 'registries:rw',
  REGISTRIES_READ = 'registries:ro',
}
registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'What an account or token may do.',
  valuesConfig: {
    ADMIN: { description: 'Everything.' },
    REGISTRIES_WRITE: { description: 'Read, attach and detach registries, and delete.' },
    REGISTRIES_READ: { description: 'Read.' },
  },
});

@Extensions({ volatile: true })
@ObjectType('Viewer', { description: 'Who is asking, with what rights.' })
export class ViewerType implements Pick<Viewer, 'username' | 'roles'> {
  @Field({ description: 'The account.' })
  username!: string;
  @Field(() => [RoleEnum], { description: "The token's roles." })
  roles!: Role[];
}
