import { badInput, GatewayError } from '../../errors.js';

/** https://www.postgresql.org/docs/15/errcodes-appendix.html, and what the system says where it is away. */
const busy = /^(?:40001|40P01|55P03|57P0[1-5]|08\w{3}|53300|25P03)$/;
/** Of these a session has ended. */
const ended = /^(?:57P0[1-5]|08\w{3}|25P03)$/;
const away = /^(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOTFOUND|EAI_AGAIN)$/;

/** pg says these without a code: its connection ended while something was asked, or none was had in time. */
const lost =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client (?:has encountered a connection|was closed))/;

/** The GatewayError for a fault of a PostgreSQL server anywhere in the chain of causes; null: it is none. */
export function toPostgresFault(error: unknown): GatewayError | null {
  const code = findPostgresCode(error);
  if (code === null) return isLost(error) || isUnopened(error) ? unreachable(error) : null;
  if (away.test(code)) return unreachable(error);
  if (busy.test(code))
    return new GatewayError(
      'STORAGE_BUSY',
      `The database server cannot do this now (${code}). Try again in a moment.`,
      { retryAfter: 1, cause: error },
    );
  if (code === '57014')
    return new GatewayError(
      'OPERATION_TIMEOUT',
      'The database server ended a statement that took too long (57014). Ask for less: narrow a search by a ' +
        'registry, a repository, or a longer word.',
      { cause: error },
    );
  if (code === '53100' || code === '53200')
    return new GatewayError(
      'STORAGE_FULL',
      `The database server has no ${code === '53100' ? 'disk' : 'memory'} left: nothing can be stored. Reading may ` +
        'still work; look at the server.',
      { cause: error },
    );
  if (code === '25006')
    return new GatewayError(
      'STORAGE_READ_ONLY',
      'The database server takes no writes: it is a standby, or is set to read only. Set DATABASE_URL to the primary.',
      { cause: error },
    );
  if (/^XX00[12]$|^58030$/.test(code))
    return new GatewayError(
      'STORAGE_CORRUPT',
      `The database server finds its files damaged, or its disk failing (${code}). Stop the gateway, look at the ` +
        'server, and restore a backup.',
      { cause: error },
    );
  return null;
}

/** Refusals of a server that only other settings, or somebody at the server, can mend. */
const refusals: Readonly<Record<string, string>> = {
  '28P01': 'refuses the user or the password of DATABASE_URL. Set the right ones',
  '28000': 'lets this user in from nowhere, or not from here, or not without TLS. Look at its pg_hba.conf',
  '3D000': 'has no such database. Create it: createdb --owner <user> <database>',
  '08P01':
    'refuses what a session of the gateway begins with, as a pooler such as pgbouncer does. Name PostgreSQL itself ' +
    'in DATABASE_URL: the gateway has a pool of its own, DATABASE_POOL',
  '42501': 'lets this user make no tables there. Make it the owner of the database',
};

/** How Node says that a certificate, or what was spoken, is not of TLS as it must be. */
const tlsFault = /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** The GatewayError for what keeps a database from being opened at all; null: it may be opened later, as it is. */
export function toOpeningFault(error: unknown): GatewayError | null {
  const code = findPostgresCode(error) ?? '';
  const refusal = refusals[code];
  if (refusal) return badInput(`The database server ${refusal} (${code}).`, 'DATABASE_URL');
  const tls = causesOf(error).find((cause) => typeof cause.code === 'string' && tlsFault.test(cause.code));
  if (tls) return badInput(describeTlsFault(String(tls.code)), 'DATABASE_URL');
  if (!causesOf(error).some(({ message }) => typeof message === 'string' && /not support SSL/.test(message)))
    return null;
  return badInput(
    'The database server does not speak TLS, which the sslmode in DATABASE_URL asks for.',
    'DATABASE_URL',
  );
}

function describeTlsFault(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The database server's certificate is of another host (${code}). Name the host in DATABASE_URL as it does.`;
  if (code === 'CERT_HAS_EXPIRED') return `The database server's certificate has expired (${code}). Give it another.`;
  return (
    `The database server's certificate is not trusted (${code}). Name the authority that signed it: ` +
    'DATABASE_URL=…?sslmode=verify-full&sslrootcert=<file>'
  );
}

/** True when the connection that something was asked on is no more, or the server is away. */
export function isPostgresLoss(error: unknown): boolean {
  const code = findPostgresCode(error);
  return code === null ? isLost(error) : away.test(code) || ended.test(code);
}

/**
 * True when no server took a connection, or one that starts or stops; false for one that works and refuses it, and
 * where it is this side that refuses, as it does a certificate.
 */
export function isPostgresAway(error: unknown): boolean {
  return isPostgresLoss(error) || isUnopened(error);
}

/** True when a unique constraint refused a row. */
export function isPostgresDuplicate(error: unknown): boolean {
  return findPostgresCode(error) === '23505';
}

/** True when a transaction stood in the way of another, and may well be made when it is tried again from its start. */
export function isPostgresConflict(error: unknown): boolean {
  const code = findPostgresCode(error);
  return code === '40001' || code === '40P01';
}

function unreachable(cause: unknown): GatewayError {
  return new GatewayError('STORAGE_BUSY', 'The database server cannot be reached. Try again in a moment.', {
    retryAfter: 1,
    cause,
  });
}

/** Errors of pg, and of a connection, carry a code; MikroORM copies it onto its own error. */
function findPostgresCode(error: unknown): string | null {
  for (const { code, routine, severity, syscall } of causesOf(error)) {
    if (typeof code !== 'string') continue;
    if (/^[0-9A-Z]{5}$/.test(code) && (routine !== undefined || severity !== undefined)) return code;
    if (typeof syscall === 'string' && ['connect', 'read', 'write', 'getaddrinfo'].includes(syscall)) return code;
  }
  return null;
}

function isLost(error: unknown): boolean {
  return causesOf(error).some(({ message }) => typeof message === 'string' && lost.test(message));
}

/** In pg's words a session of its own, outside a pool, was not made in time. */
function isUnopened(error: unknown): boolean {
  return causesOf(error).some(({ message }) => message === 'timeout expired');
}

type CarriedError = Readonly<Record<'code' | 'routine' | 'severity' | 'syscall' | 'message' | 'cause', unknown>>;

function causesOf(error: unknown): CarriedError[] {
  const causes: CarriedError[] = [];
  for (
    let cause = error;
    typeof cause === 'object' && cause !== null && causes.length < 5;
    cause = (cause as CarriedError).cause
  )
    causes.push(cause as CarriedError);
  return causes;
}
