import { ArgsType, Field, ObjectType } from 'type-graphql';
import type { PullCommand, PullTool } from '../../domain/pull.js';
import { createEnumType } from '../enum.js';

export const PullToolEnum = createEnumType<PullTool>('PullTool', 'A tool that takes images from registries.', {
  DOCKER: 'Docker: `docker pull`.',
  PODMAN: 'Podman: `podman pull`.',
  CRANE: "go-containerregistry's crane: `crane pull`, to a file in the current folder.",
  SKOPEO: 'Skopeo: `skopeo copy`, to a file in the current folder.',
  KUBERNETES: 'A line of the YAML of a container: `image: "…"`.',
  HELM: 'Helm: `helm pull`, of charts.',
  ORAS: 'ORAS: `oras pull`, of artifacts.',
});

/** By what an image is pulled. */
export type PullReference = 'TAG' | 'DIGEST';

export const PullReferenceEnum = createEnumType<PullReference>('PullReference', 'By what an image is pulled.', {
  TAG: 'By its tag: whatever that points to then.',
  DIGEST: 'By the digest that the tag points to now: always this image.',
});

@ObjectType('PullCommand', { description: 'How a tool takes an image from its registry.' })
export class PullCommandType implements PullCommand {
  @Field(() => PullToolEnum, { description: 'The tool.' })
  tool!: PullTool;
  @Field({
    description:
      'A line for a POSIX shell, with what the tool needs where the registry is asked over http, or its certificate ' +
      'is not checked. Docker has such registries in its own settings.',
  })
  command!: string;
}

@ArgsType()
export class PullCommandArgs {
  @Field(() => PullReferenceEnum, {
    nullable: true,
    defaultValue: 'TAG' satisfies PullReference,
    description: 'By tag, or by digest.',
  })
  by!: PullReference;
  @Field(() => [PullToolEnum], { nullable: true, description: 'Only of these tools; of all that can when absent.' })
  tools?: PullTool[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'For this platform, as `Platform.name` has it: `linux/arm64`; for that of the machine when absent.',
  })
  platform?: string | null;
}
