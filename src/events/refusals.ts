import type { FastifyError } from 'fastify';
import { GatewayError } from '../errors.js';

/** Why a notification was refused: few, whatever is sent. In the log it stands in words. */
export const refusals = {
  no_such_registry: 'no such registry',
  no_secret: 'it has no notification secret',
  wrong_secret: 'wrong or missing secret',
  media_type: 'a media type that is not read here',
  broken_off: 'the body ended before it was whole',
  failed: 'the gateway could not take it',
} as const;

export type Refusal = keyof typeof refusals;

/**
 * Thrown with the one answer that all who do not show a registry's secret get; `refusal` is for the gateway's operator.
 */
export class RefusedSender extends GatewayError {
  constructor(readonly refusal: Refusal) {
    super(
      'UNAUTHENTICATED',
      'The notification was refused: it needs the notification secret of an attached registry.',
      {
        hint:
          'Send "Authorization: Bearer <secret>" with the secret that was set when the registry was attached ' +
          'or last updated.',
      },
    );
  }
}

export function judgeRefusal(error: FastifyError | GatewayError): Refusal {
  if (error instanceof RefusedSender) return error.refusal;
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'media_type';
  return error.code === 'BAD_USER_INPUT' ? 'broken_off' : 'failed';
}
