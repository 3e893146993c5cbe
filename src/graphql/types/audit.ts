import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AuditEntry, AuditFilter, AuditOutcome } from '../../domain/audit.js';
import type { ErrorCode } from '../../errors.js';
import { createEnumType } from '../enum.js';
import { DateTime, JsonObject } from '../scalars.js';
import { ErrorCodeEnum } from './errors.js';
import { createConnectionType } from './page.js';

export const AuditOutcomeEnum = createEnumType<AuditOutcome>(
  'AuditOutcome',
  'The outcome of an action that was asked for.',
  {
    DONE: 'The change was made.',
    ACCEPTED: 'It goes on: in the job of `jobId`, or, where there is none, at the next start of the gateway.',
    REFUSED: 'Nothing was changed.',
    FAILED: 'A registry or the gateway failed on the way: `message` says what became of it.',
  },
);

@ObjectType('AuditEntry', {
  description:
    'One thing that was asked to be changed: by whom, and what came of it. It is written with the change, and ' +
    'never edited.',
})
export class AuditEntryType implements AuditEntry {
  readonly key!: number;
  @Field(() => DateTime, { description: 'The time of the action.' })
  at!: Date;
  @Field({
    description:
      'The account, as its token proved; of a login that was refused, the name that was given. In parentheses what ' +
      'is no account: `(unknown)` gave no name that one can have, `(gateway)` and `(retention)` are the gateway ' +
      'itself, and `(command line: ann)` is who changed the database by a command on its machine, by the name of ' +
      'the user there.',
  })
  actor!: string;
  @Field(() => String, {
    nullable: true,
    description: 'The `X-Request-Id` of the answer; null for what no request asked for.',
  })
  requestId!: string | null;
  @Field({ description: "The mutation's name, or what a job or a command did." })
  action!: string;
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the registry has, or had; null when none was meant, or none had that name.',
  })
  registryId!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The name the registry had then. A text that names none is in quotation marks.',
  })
  registryName!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The full name of the repository. A text that names none is in quotation marks.',
  })
  repository!: string | null;
  @Field(() => [String], { description: 'The tags that were named: the first 500.' })
  tags!: readonly string[];
  @Field(() => AuditOutcomeEnum, { description: 'The outcome of the action.' })
  outcome!: AuditOutcome;
  @Field(() => ErrorCodeEnum, { nullable: true, description: 'The stable error code; null when it went well.' })
  code!: ErrorCode | null;
  @Field(() => String, { nullable: true, description: 'Why it was not done, in a sentence; null when it went well.' })
  message!: string | null;
  @Field(() => JsonObject, {
    nullable: true,
    description: 'The plan, or what was changed, in the form its action has. Never a secret.',
  })
  details!: Readonly<Record<string, unknown>> | null;
  @Field(() => ID, { nullable: true, description: 'The job that goes on with it, or that did it.' })
  jobId!: string | null;
}

export const AuditEntryConnection = createConnectionType(AuditEntryType, 'AuditEntry');

@InputType('AuditFilter', { description: 'Which entries: those that fit every field given.' })
export class AuditFilterInput implements AuditFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Of this account, or of what stands in parentheses: as `AuditEntry.actor` has it.',
  })
  actor?: string | null;
  @Field(() => String, { nullable: true, description: 'Of this action: `deleteTags`.' })
  action?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'About the registry that had this name then; about one registry, whatever its name, by its UUID.',
  })
  registry?: string | null;
  @Field(() => String, { nullable: true, description: 'About the repository of this full name.' })
  repository?: string | null;
  @Field(() => AuditOutcomeEnum, { nullable: true, description: 'With this outcome.' })
  outcome?: AuditOutcome | null;
  @Field(() => DateTime, { nullable: true, description: 'At this time or later.' })
  since?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'Before this time.' })
  until?: Date | null;
}
