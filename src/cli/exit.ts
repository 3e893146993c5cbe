import { type ErrorCode, GatewayError } from '../errors.js';
import { ConfigError } from '../settings/reader.js';

/** Those above 1 are of sysexits.h. The help of every command lists them. */
export const exitCodes = {
  done: 0,
  /** The command is refused, or failed. */
  refused: 1,
  /** EX_USAGE: the command line is wrong. */
  usage: 64,
  /** EX_UNAVAILABLE: no gateway answers. */
  unreachable: 69,
  /** EX_NOPERM: who asks may not. */
  notAllowed: 77,
  /** EX_CONFIG: the settings are wrong, and starting again unchanged will not help. */
  settings: 78,
  /** 128 and the number of SIGPIPE, as shells say it: who reads the output left before its end. */
  pipeBroken: 141,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Codes of faults that only a command line can meet, beside the codes of errors.ts. */
export type CommandErrorCode = 'USAGE' | 'UNREACHABLE' | 'CONFIG';

const exitCodesOf: Readonly<Record<string, ExitCode>> = {
  USAGE: exitCodes.usage,
  UNREACHABLE: exitCodes.unreachable,
  CONFIG: exitCodes.settings,
  UNAUTHENTICATED: exitCodes.notAllowed,
  FORBIDDEN: exitCodes.notAllowed,
};

/** Ends a command with a sentence, where no code of errors.ts says what happened. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly code: CommandErrorCode | ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** How a command ended that did not do what was asked. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly code: CommandErrorCode | ErrorCode;
  readonly message: string;
}

/** null: an error nobody expected, which is a fault of the program. */
export function toFailure(error: unknown): Failure | null {
  const code = findCode(error);
  return code && { exitCode: exitCodesOf[code] ?? exitCodes.refused, code, message: (error as Error).message };
}

function findCode(error: unknown): Failure['code'] | null {
  if (error instanceof ConfigError) return 'CONFIG';
  return error instanceof GatewayError || error instanceof CommandError ? error.code : null;
}
