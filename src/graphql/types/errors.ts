import { type ClassType, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { type ErrorCode, type ErrorFacts, errorMeanings, type GatewayError, isUpstreamCode } from '../../errors.js';
import { createEnumType } from '../enum.js';

export const ErrorCodeEnum = createEnumType<ErrorCode>(
  'ErrorCode',
  'A stable code of an error: codes are added, never renamed.',
  errorMeanings,
);

/**
 * A mutation's failure that a user can do something about. It is a value in the payload: the request itself went well.
 */
@InterfaceType('UserError', {
  description:
    'Why a mutation did not do what was asked. The payload holds one; top-level `errors` are kept for broken ' +
    'requests and a broken gateway.',
  resolveType: (value: { __typename?: string }) => value.__typename,
})
export abstract class UserError {
  @Field(() => ErrorCodeEnum, { description: 'The stable error code.' })
  code!: ErrorCode;
  @Field({ description: 'A sentence that says what happened, to what, and what to do next.' })
  message!: string;
  @Field(() => [String], { nullable: true, description: 'The argument that was wrong, outermost first.' })
  path?: readonly string[] | null;
}

/** A failure that a registry has a part in. */
@InterfaceType('RegistryError', {
  implements: UserError,
  description: 'Why a mutation did not do what was asked, where that lies with a registry or with its settings.',
  resolveType: (value: { __typename?: string }) => value.__typename,
})
export abstract class RegistryError extends UserError {
  @Field(() => String, { nullable: true, description: 'The name of the registry; null while it is not attached.' })
  registryName?: string | null;
  @Field(() => String, { nullable: true, description: 'The remedy: the setting to change, and where it is.' })
  hint?: string | null;
  @Field(() => [String], {
    nullable: true,
    description:
      'Tags that it is about, the first hundred: those that a rule protects, or those that would go as well. null: ' +
      'it is not about single tags.',
  })
  tags?: readonly string[] | null;
}

@ObjectType('InvalidInputError', { implements: UserError, description: 'An argument is not what it must be.' })
export class InvalidInputError extends UserError {}

@ObjectType('InvalidCredentialsError', {
  implements: UserError,
  description: 'The user name or the password is wrong.',
})
export class InvalidCredentialsError extends UserError {}

@ObjectType('ForbiddenError', { implements: UserError, description: 'The viewer may not do this.' })
export class ForbiddenError extends UserError {}

@ObjectType('NotFoundError', {
  implements: UserError,
  description: 'Nothing is there under the name or the id that was given.',
})
export class NotFoundError extends UserError {}

@ObjectType('NameTakenError', { implements: UserError, description: 'The name is in use.' })
export class NameTakenError extends UserError {}

@ObjectType('LastAdminError', {
  implements: UserError,
  description: 'Nobody would be left who can log in as an admin. Nothing was changed.',
})
export class LastAdminError extends UserError {}

@ObjectType('ChangedSincePlanError', {
  implements: UserError,
  description:
    'Tags or images have changed since the plan. Nothing was touched: the payload of a deletion has the new plan.',
})
export class ChangedSincePlanError extends UserError {}

@ObjectType('ChangedSinceReadError', {
  implements: UserError,
  description: 'It has changed since the version that was named was read. Nothing was changed: read it again.',
})
export class ChangedSinceReadError extends UserError {}

@ObjectType('PlanInvalidError', {
  implements: UserError,
  description: "The plan's token is too old, of another plan, or not of this gateway. Nothing was touched.",
})
export class PlanInvalidError extends UserError {}

@ObjectType('NotAwaitingApprovalError', { implements: UserError, description: 'The job waits for no approval now.' })
export class NotAwaitingApprovalError extends UserError {}

@ObjectType('ReadOnlyError', {
  implements: RegistryError,
  description: 'The registry is read-only, here or by its own maintenance mode. Nothing was touched.',
})
export class ReadOnlyError extends RegistryError {}

@ObjectType('ProtectedError', {
  implements: RegistryError,
  description: 'A rule protects it. Nothing was touched.',
})
export class ProtectedError extends RegistryError {}

@ObjectType('DeleteNotExactError', {
  implements: RegistryError,
  description: 'The registry cannot delete the tag without other tags on the same image. Nothing was touched.',
})
export class DeleteNotExactError extends RegistryError {}

@ObjectType('RateLimitedError', { implements: UserError, description: 'Too many attempts.' })
export class RateLimitedError extends UserError {
  @Field(() => Int, { nullable: true, description: 'Seconds to wait before the next attempt.' })
  retryAfter?: number | null;
}

@ObjectType('DeleteDisabledError', {
  implements: RegistryError,
  description: 'The registry does not delete images. Nothing was touched.',
})
export class DeleteDisabledError extends RegistryError {}

@ObjectType('UpstreamFailedError', {
  implements: RegistryError,
  description: 'The registry did not do its part.',
})
export class UpstreamFailedError extends RegistryError {
  @Field(() => Int, { nullable: true, description: 'The HTTP status it answered with; null when it did not answer.' })
  status?: number | null;
  @Field({ description: 'Asking again unchanged may help.' })
  retryable!: boolean;
  @Field(() => Int, { nullable: true, description: 'Seconds to wait before asking again.' })
  retryAfter?: number | null;
}

export const userErrorTypes: readonly ClassType<UserError>[] = [
  InvalidInputError,
  InvalidCredentialsError,
  ForbiddenError,
  NotFoundError,
  NameTakenError,
  LastAdminError,
  ChangedSincePlanError,
  ChangedSinceReadError,
  PlanInvalidError,
  NotAwaitingApprovalError,
  ReadOnlyError,
  ProtectedError,
  DeleteNotExactError,
  RateLimitedError,
  DeleteDisabledError,
  UpstreamFailedError,
];

const typeByCode: Partial<Record<ErrorCode, ClassType<UserError>>> = {
  BAD_USER_INPUT: InvalidInputError,
  UNAUTHENTICATED: InvalidCredentialsError,
  FORBIDDEN: ForbiddenError,
  NOT_FOUND: NotFoundError,
  CONFLICT: NameTakenError,
  LAST_ADMIN: LastAdminError,
  CHANGED_SINCE_PLAN: ChangedSincePlanError,
  CHANGED_SINCE_READ: ChangedSinceReadError,
  PLAN_INVALID: PlanInvalidError,
  NOT_AWAITING_APPROVAL: NotAwaitingApprovalError,
  READ_ONLY: ReadOnlyError,
  PROTECTED: ProtectedError,
  DELETE_NOT_EXACT: DeleteNotExactError,
  RATE_LIMITED: RateLimitedError,
  DELETE_DISABLED: DeleteDisabledError,
  DELETE_INCOMPLETE: UpstreamFailedError,
};

/** null: the error is not a user's to mend. */
function findType(code: ErrorCode): ClassType<UserError> | null {
  return typeByCode[code] ?? (isUpstreamCode(code) ? UpstreamFailedError : null);
}

/** The facts that both surfaces tell of a mutation's failure: those that its type has a field for. */
export function tellFacts({ code, facts }: GatewayError): ErrorFacts {
  const type = findType(code);
  const isOfRegistry = type?.prototype instanceof RegistryError;
  const isUpstream = type === UpstreamFailedError;
  return {
    registry: isOfRegistry ? facts.registry : undefined,
    upstreamStatus: isUpstream ? facts.upstreamStatus : undefined,
    retryAfter: isUpstream || type === RateLimitedError ? facts.retryAfter : undefined,
    hint: isOfRegistry ? facts.hint : undefined,
    tags: isOfRegistry ? facts.tags?.slice(0, 100) : undefined,
    path: facts.path,
  };
}

/** null for what is not a user's to mend: that is thrown on. */
export function toUserError(error: GatewayError): (UserError & { __typename: string }) | null {
  const type = findType(error.code);
  if (type === null) return null;
  const { registry, upstreamStatus, path, ...same } = tellFacts(error);
  const { code, message, retryable } = error;
  const named = { registryName: registry, status: upstreamStatus, retryable };
  return { __typename: type.name, code, message, path: path ?? null, ...named, ...same };
}

@ObjectType()
export abstract class Payload {
  @Field(() => [UserError], { description: 'Why it was not done; empty when it was.' })
  userErrors!: UserError[];
}
