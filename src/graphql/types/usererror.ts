import { type ClassType, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { GatewayError, isUpstreamCode, type ErrorCode } from '../../errors.js';
import { ErrorCodeEnum } from './errorcode.js';

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
  @Field({ description: 'What happened, to what, and what to do next.' })
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

@ObjectType('NotFoundError', { implements: UserError, description: 'What was named is not there.' })
export class NotFoundError extends UserError {}

@ObjectType('NameTakenError', { implements: UserError, description: 'The name is in use.' })
export class NameTakenError extends UserError {}

@ObjectType('ChangedSincePlanError', {
  implements: UserError,
  description: 'What was planned has changed since. Nothing was touched: the payload has the new plan.',
})
export class ChangedSincePlanError extends UserError {}

@ObjectType('PlanInvalidError', {
  implements: UserError,
  description: "The plan's token is too old, of another plan, or not of this gateway. Nothing was touched.",
})
export class PlanInvalidError extends UserError {}

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
  ChangedSincePlanError,
  PlanInvalidError,
  ReadOnlyError,
  ProtectedError,
  DeleteNotExactError,
  RateLimitedError,
  DeleteDisabledError,
  UpstreamFailedError,
];

const typeByCode: Partial<Record<ErrorCode, string>> = {
  BAD_USER_INPUT: 'InvalidInputError',
  UNAUTHENTICATED: 'InvalidCredentialsError',
  FORBIDDEN: 'ForbiddenError',
  NOT_FOUND: 'NotFoundError',
  CONFLICT: 'NameTakenError',
  CHANGED_SINCE_PLAN: 'ChangedSincePlanError',
  PLAN_INVALID: 'PlanInvalidError',
  READ_ONLY: 'ReadOnlyError',
  PROTECTED: 'ProtectedError',
  DELETE_NOT_EXACT: 'DeleteNotExactError',
  RATE_LIMITED: 'RateLimitedError',
  DELETE_DISABLED: 'DeleteDisabledError',
  DELETE_INCOMPLETE: 'UpstreamFailedError',
};

/** null for what is not a user's to mend: that is thrown on. */
export function toUserError(error: unknown): (UserError & { __typename: string }) | null {
  if (!(error instanceof GatewayError)) return null;
  const type = typeByCode[error.code] ?? (isUpstreamCode(error.code) ? 'UpstreamFailedError' : null);
  if (type === null) return null;
  const { registry, upstreamStatus, retryAfter, hint, path, tags } = error.facts;
  const facts = {
    registryName: registry ?? null,
    status: upstreamStatus ?? null,
    retryAfter: retryAfter ?? null,
    hint: hint ?? null,
    tags: tags?.slice(0, 100) ?? null,
  };
  return {
    __typename: type,
    code: error.code,
    message: error.message,
    path: path ?? null,
    retryable: error.retryable,
    ...facts,
  } as UserError & {
    __typename: string;
  };
}
