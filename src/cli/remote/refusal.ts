import { errorCodes, type ErrorCode } from '../../errors.js';
import { adviseOn } from '../advice.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import type { RefusalFragment } from './documents.js';

/**
 * Throws the first of a mutation's `userErrors`, with its code, its sentence, and what to change where. `isNew`: the
 * registry that failed is not attached.
 */
export function assertDone(userErrors: readonly RefusalFragment[], isNew = false): void {
  const [first] = userErrors;
  if (first) throw toError(first, isNew);
}

function toError(refusal: RefusalFragment, isNew: boolean): CommandError {
  const { code, message } = refusal;
  const next = ('hint' in refusal && refusal.hint) || findAdvice(refusal, isNew);
  return new CommandError(
    toErrorCode(code),
    escapeControls(next && !message.includes(next) ? `${message} ${next}` : message),
  );
}

function findAdvice(refusal: RefusalFragment, isNew: boolean): string | null {
  if (isNew) return adviseOn(refusal.code, null);
  const registry = 'registryName' in refusal ? refusal.registryName : null;
  return registry ? adviseOn(refusal.code, registry) : null;
}

/** INTERNAL for a code that this program does not know: the gateway may be of a later version, or none. */
export function toErrorCode(given: string | undefined): ErrorCode {
  return errorCodes.find((code) => code === given) ?? 'INTERNAL';
}
