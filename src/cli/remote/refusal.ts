import { errorCodes, type ErrorCode } from '../../errors.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import type { RefusalFragment } from './documents.js';

/** Throws the first of a mutation's `userErrors`, with its code, its sentence, and what to change where. */
export function assertDone(userErrors: readonly RefusalFragment[]): void {
  const [first] = userErrors;
  if (first) throw toError(first);
}

export function toError(refusal: RefusalFragment): CommandError {
  const { code, message } = refusal;
  const hint = 'hint' in refusal && refusal.hint && !message.includes(refusal.hint) ? ` ${refusal.hint}` : '';
  return new CommandError(toErrorCode(code), escapeControls(`${message}${hint}`));
}

/** INTERNAL for a code that this program does not know: the gateway may be of a later version, or none. */
export function toErrorCode(given: string | undefined): ErrorCode {
  return errorCodes.find((code) => code === given) ?? 'INTERNAL';
}

/** The next step for a registry that failed, at this command line; null: there is none but to wait. */
export function adviseOn(code: string, registry: string): string | null {
  const command = 'registry-gateway registry';
  const set = `${command} set ${registry}`;
  const steps: Readonly<Record<string, string>> = {
    UPSTREAM_UNREACHABLE: `Check that it runs, and its address: ${set} --addr <address>`,
    UPSTREAM_TIMEOUT: 'It is slow, or cut off: it is asked again.',
    UPSTREAM_TLS: `Name the authority that signed its certificate: ${set} --ca-certificate <file>`,
    UPSTREAM_AUTH: `Give it an account that may read: ${set} --username <name>`,
    UPSTREAM_REALM_REFUSED: `Name its token server, if you trust it: ${set} --auth-realm <address> --username <name>`,
    UPSTREAM_BLOCKED:
      "Its address is not allowed: see UPSTREAM_ALLOW_CIDRS and UPSTREAM_DENY_CIDRS among the gateway's settings.",
    UPSTREAM_UNSUPPORTED: `Where it has no catalogue, name repositories: ${command} follow ${registry} <repository>`,
    UPSTREAM_RATE_LIMITED: `It is asked again when it said. An account may be given more: ${set} --username <name>`,
  };
  return steps[code] ?? null;
}
