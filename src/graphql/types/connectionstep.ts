import { Field, ObjectType } from 'type-graphql';
import type { ServerCertificate } from '../../domain/certificate.js';
import type { ConnectionStep, SkipReason, TestStepKind, TestStepState } from '../../domain/connectionstep.js';
import type { ErrorCode } from '../../errors.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { ErrorCodeEnum, Payload } from './errors.js';

const StepKindEnum = createEnumType<TestStepKind>(
  'ConnectionStepKind',
  "The thing that a step of a connection's test looks for.",
  {
    NAME: 'The name of the host leads to addresses, all of which may be opened.',
    CONNECTION: 'Something listens at its address and port.',
    TLS: 'Its certificate is trusted.',
    PING: 'A registry answers there, by `GET /v2/`.',
    LOGIN: 'It takes the credentials, or asks for none.',
    CATALOGUE: 'It lists its repositories to this account.',
    TAGS: 'It lists the tags of one repository.',
    DELETION: 'It deletes, as a deletion of an image that nobody has shows. Nothing is deleted.',
  },
);

const StepStateEnum = createEnumType<TestStepState>(
  'ConnectionStepState',
  "The state in which a step of a connection's test found it.",
  {
    OK: 'It is as it should be.',
    LIMITED: 'The registry can be attached, and less is possible or safe there.',
    UNKNOWN: 'It was asked, and its answers do not tell.',
    FAILED: 'It went wrong: the registry cannot be used so.',
    SKIPPED: 'It was not asked: there is nothing to ask, or an earlier step failed.',
  },
);

const SkipReasonEnum = createEnumType<SkipReason>(
  'ConnectionStepSkipReason',
  "The reason why a step of a connection's test was not asked.",
  {
    AFTER_FAILURE: 'An earlier step failed.',
    NO_NAME: 'The address has an IP address in place of a name.',
    NAME_BY_PROXY: 'The proxy on the way looks the name up.',
    NO_TLS: 'The address begins with http: what is sent can be read on the way.',
    NO_REPOSITORY: 'No repository is known to ask for.',
    READ_ONLY: 'The registry is read-only here: nothing is deleted there.',
    UNTOLD: 'An admin is told how far it came, and nobody else.',
  },
);

@ObjectType('ServerCertificate', { description: 'The certificate that a server shows.' })
export class ServerCertificateType implements ServerCertificate {
  @Field({ description: 'Whom it is of: its common name, or else its whole subject, as the certificate has it.' })
  subject!: string;
  @Field({ description: 'Who signed it, likewise.' })
  issuer!: string;
  @Field(() => DateTime, { description: 'When it begins to be valid.' })
  validFrom!: Date;
  @Field(() => DateTime, { description: 'When it ends.' })
  validTo!: Date;
}

@ObjectType('ConnectionStep', { description: "One step of a connection's test." })
export class ConnectionStepType implements ConnectionStep {
  @Field(() => StepKindEnum, { description: 'The thing that it looks for.' })
  kind!: TestStepKind;
  @Field(() => StepStateEnum, { description: 'The state in which it found that.' })
  state!: TestStepState;
  @Field({ description: 'A sentence that says what was found.' })
  message!: string;
  @Field(() => String, { nullable: true, description: 'The next thing to do; null: nothing, or `message` says it.' })
  hint!: string | null;
  @Field(() => ErrorCodeEnum, { nullable: true, description: 'The stable code of what failed; null: it did not.' })
  code!: ErrorCode | null;
  @Field(() => SkipReasonEnum, { nullable: true, description: 'Why it was not asked; null: it was.' })
  skipReason!: SkipReason | null;
  @Field(() => ServerCertificateType, {
    nullable: true,
    description: 'Of the step `TLS`, the certificate that was shown, trusted or not; null: none was.',
  })
  certificate!: ServerCertificate | null;
}

@ObjectType('TestRegistryPayload', { description: "The result of a connection's test." })
export class TestRegistryPayload extends Payload {
  @Field(() => [ConnectionStepType], {
    nullable: true,
    description: 'Its eight steps, in the order in which they were taken; null where there was no test.',
  })
  steps?: readonly ConnectionStep[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'No step failed: it can be attached so; null where there was no test.',
  })
  passed?: boolean | null;
}
