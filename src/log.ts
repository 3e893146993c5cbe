import { type Logger, pino } from 'pino';
import type { LogLevel } from './settings/parsers.js';

export type { Logger };

/** Where lines go. */
export interface LogOutput {
  write(line: string): unknown;
  readonly isTTY?: boolean;
}

/** Fields that hold a secret by their name. The log redacts them one and two levels deep. */
const secretFields = [
  'password',
  'passwordSealed',
  'passwordHash',
  'token',
  'auth_token',
  'secret',
  'secretKey',
  'olderKeys',
  'credentials',
  'clientCertificate',
  'clientCertificateSealed',
  'proxyCredentials',
  'proxyCredentialsSealed',
  'client_key',
  'authorization',
  'cookie',
  '["set-cookie"]',
  '["x-access-token"]',
  '["x-service-key"]',
  'currentPassword',
  'newPassword',
  'oneTimePassword',
  'old_password',
];
const redactPaths = ['', '*', 'req.headers', 'res.headers', 'request.headers', 'response.headers'].flatMap((parent) =>
  secretFields.map((field) =>
    field.startsWith('[') ? `${parent}${field}` : [parent, field].filter(Boolean).join('.'),
  ),
);

/**
 * JSON, one object a line; in a terminal readable lines, where pino-pretty is installed. Fields that hold secrets are
 * left out by name, and what looks like one is taken out of every finished line: error texts come from anywhere.
 */
export async function createLogger(level: LogLevel, output: LogOutput = process.stdout): Promise<Logger> {
  const scrubbed: LogOutput = { write: (line) => output.write(scrub(line)) };
  const destination = (output.isTTY && (await createPretty(scrubbed))) || scrubbed;
  const redact = { paths: redactPaths, censor: '[redacted]' };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact,
      serializers: { err: describeError, error: describeError, otherErrors: describeErrors, req: describeRequest },
    },
    destination,
  );
}

/** Takes tokens, credentials of HTTP headers and user info of URLs out of a line. */
export function scrub(line: string): string {
  return line
    .replaceAll(/\b(rg[wsc])_[0-9A-Za-z]+/g, '$1_[redacted]')
    .replaceAll(/\b(basic|bearer)(\s+|%20|:\s*)[\w+/=.~-]{4,}/gi, '$1 [redacted]')
    .replaceAll(/:\/\/[^\s/?#"'@]+@/g, '://[redacted]@');
}

/** Only these: errors of HTTP clients carry their whole request, headers and all. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error).slice(0, 500);
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message.slice(0, 2000),
    ...(typeof code === 'string' && { code }),
    stack: error.stack?.slice(0, 4000),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}

function describeErrors(errors: unknown): unknown {
  return Array.isArray(errors) ? errors.map((error) => describeError(error)) : describeError(errors);
}

/** Without the query: whoever puts a token or a whole login there must not find it in the log. */
function describeRequest({
  method,
  url,
  host,
  ip,
}: Partial<Record<'method' | 'url' | 'host' | 'ip', string>>): unknown {
  return { method, url: url?.replace(/\?.*$/s, '?…'), host, remoteAddress: ip };
}

/** pino-pretty is a development dependency: null where it is left out. */
async function createPretty(output: LogOutput): Promise<LogOutput | null> {
  try {
    const { prettyFactory } = await import('pino-pretty');
    const format = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss.l' });
    return { write: (line) => output.write(format(line)) };
  } catch {
    return null;
  }
}
