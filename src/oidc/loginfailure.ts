import { errors } from 'jose';
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { GatewayError } from '../errors.js';
import { findOwnError } from './provider.js';

/** Errors of an authorization response when somebody was asked and nobody was let in (RFC 6749 §4.1.2.1). */
const denials = ['access_denied', 'login_required', 'consent_required', 'interaction_required'];

/** Codes of the library for an answer that was whole, and not of this login. */
const mismatches = [
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
];

/**
 * An error of a login in words of the gateway: of the provider's own there are codes of the standards alone, and its
 * texts are for the log.
 */
export function toLoginError(error: unknown): unknown {
  const own = findOwnError(error);
  if (own) return own;
  if (error instanceof AuthorizationResponseError)
    return denials.includes(error.error) ? denied(error) : failed('could not log you in', error);
  if (error instanceof ResponseBodyError) return explainRefusal(error);
  if (error instanceof errors.JOSEError) return notOfLogin('has an ID token that is not valid', error);
  if (error instanceof ClientError)
    return mismatches.includes(error.code ?? '')
      ? notOfLogin('is not of this login', error)
      : failed('does not answer as it should', error);
  // A wrong secret, of a provider that says so by its status.
  return error instanceof WWWAuthenticateChallengeError ? unknownClient(error) : error;
}

/** Of the token endpoint, and of the one for device codes (RFC 6749 §5.2, RFC 8628 §3.5). */
function explainRefusal(error: ResponseBodyError): GatewayError {
  if (error.error === 'access_denied') return denied(error);
  if (error.error === 'expired_token') {
    const message = 'Nobody completed the login at the provider in time. Begin it again.';
    return new GatewayError('UNAUTHENTICATED', message, { cause: error });
  }
  if (error.error === 'invalid_grant') return notOfLogin('was used already, or came too late', error);
  if (['invalid_client', 'unauthorized_client'].includes(error.error)) return unknownClient(error);
  return failed('refused to complete the login', error);
}

/** `what` goes on from "The answer of the provider". */
export function notOfLogin(what: string, cause?: unknown): GatewayError {
  const message = `The answer of the provider of single sign-on ${what}. Log in again.`;
  return new GatewayError('UNAUTHENTICATED', message, { cause });
}

/** `what` goes on from "The provider", and says what to do. */
export function unfitProvider(what: string, cause?: unknown): GatewayError {
  return new GatewayError('LOGIN_UNAVAILABLE', `The provider of single sign-on ${what}.`, { retryAfter: 30, cause });
}

function denied(cause: unknown): GatewayError {
  const message =
    'The provider of single sign-on let nobody in: the login was cancelled there, or you may not use this.';
  return new GatewayError('FORBIDDEN', `${message} Log in again, or ask whoever runs it.`, { cause });
}

function unknownClient(cause: unknown): GatewayError {
  const next = 'an operator looks at OIDC_CLIENT_ID, its secret, and what the provider lets this client do';
  return failed(`does not take this gateway for its client, or not for this: ${next}`, cause);
}

function failed(what: string, cause: unknown): GatewayError {
  const message = `The provider of single sign-on ${what}. Try again later; the log says more.`;
  return new GatewayError('LOGIN_UNAVAILABLE', message, { retryAfter: 10, cause });
}
