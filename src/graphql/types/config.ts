import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import type { Digest } from '../../domain/digest.js';
import type { Healthcheck } from '../../domain/execution.js';
import type { ImageProblem } from '../../domain/image.js';
import { ByteSize, DigestScalar } from '../scalars.js';
import { ImageProblemType } from './image.js';

@ObjectType('EnvironmentVariable', { description: 'One variable that a container of the image begins with.' })
export class EnvironmentVariableType {
  @Field({ description: 'The name: `PATH`.' })
  name!: string;
  @Field(() => String, {
    nullable: true,
    description:
      'The value. It may hold a secret: null for who may not delete the image, which takes a role or a grant of ' +
      '`DELETE` in the repository that gives the config; where some allow it, they are asked first. What a ' +
      'Dockerfile set by `ENV` also stands in `history`, which every reader of the image sees.',
  })
  value!: string | null;
}

const secondsOptions = { nullable: true } as const;

@ObjectType('Healthcheck', { description: 'How a container is found to be well.' })
export class HealthcheckType implements Healthcheck {
  @Field(() => [String], {
    description: 'The command, after `CMD`, or `CMD-SHELL` for one that a shell runs. `NONE` ends one of a base image.',
  })
  test!: readonly string[];
  @Field(() => Float, { ...secondsOptions, description: 'Seconds between two checks; null: it does not say.' })
  intervalSeconds!: number | null;
  @Field(() => Float, { ...secondsOptions, description: 'Seconds that one check may take; null: it does not say.' })
  timeoutSeconds!: number | null;
  @Field(() => Float, {
    ...secondsOptions,
    description: 'Seconds from the beginning on in which failures do not count; null: it does not say.',
  })
  startPeriodSeconds!: number | null;
  @Field(() => Float, {
    ...secondsOptions,
    description: 'Seconds between two checks in that time; null: it does not say.',
  })
  startIntervalSeconds!: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'After how many failures in a row it counts as unwell; null: it does not say.',
  })
  retries!: number | null;
}

@ObjectType('ImageConfig', {
  description:
    'How a container of an image is run, as its config says. It is read from a registry when somebody asks, and not ' +
    'kept: `labels`, `author` and `history` are fields of the platform, and of the index.',
})
export class ImageConfigType {
  @Field(() => DigestScalar, { description: 'The digest of the config: `docker images` shows it as the image ID.' })
  digest!: Digest;
  @Field(() => ByteSize, { description: 'Bytes of the config.' })
  size!: number;
  @Field(() => [String], { nullable: true, description: 'The command that is run first; null: it says none.' })
  entrypoint!: readonly string[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'The arguments of `entrypoint`, or the command where there is none; null: it says none.',
  })
  cmd!: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'The shell for commands in a text; null: it says none.' })
  shell!: readonly string[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'The user, or `user:group`, by names or numbers; null: it says none, which is root.',
  })
  user!: string | null;
  @Field(() => String, { nullable: true, description: 'The folder that it begins in; null: it says none.' })
  workingDirectory!: string | null;
  @Field(() => [String], { description: 'The ports that it listens on, by their text: `8080/tcp`, `53/udp`.' })
  exposedPorts!: readonly string[];
  @Field(() => [String], { description: 'Folders whose content is to outlive the container, by their text.' })
  volumes!: readonly string[];
  @Field(() => String, {
    nullable: true,
    description: 'The signal that stops it: `SIGQUIT`; null: it says none, which is `SIGTERM`.',
  })
  stopSignal!: string | null;
  @Field(() => HealthcheckType, { nullable: true, description: 'How it is found to be well; null: it says nothing.' })
  healthcheck!: Healthcheck | null;
  @Extensions({ cost: { items: 2 } })
  @Field(() => [ImageProblemType], {
    description: 'Why fields of it are null, or not whole, the first 20; empty when all of it was read.',
  })
  problems!: readonly ImageProblem[];
}
