import { statSync } from 'node:fs';
import { type ErrorCode, GatewayError } from '../../errors.js';

interface Reason {
  readonly code: ErrorCode;
  readonly what: string;
  readonly next: string;
}

const elsewhere = 'or set DATABASE_URL to a file elsewhere.';

/** Sentences for the operating system's refusals of a database's file, with what to do about each. */
const reasons: Readonly<Record<string, Reason>> = {
  EACCES: {
    code: 'STORAGE_READ_ONLY',
    what: 'this user may not write there',
    next: 'Check the owner and the mode of it and of its folders.',
  },
  EPERM: {
    code: 'STORAGE_READ_ONLY',
    what: 'this user may not write there',
    next: 'Check the owner and the mode of it and of its folders.',
  },
  EROFS: {
    code: 'STORAGE_READ_ONLY',
    what: 'its file system is mounted read-only',
    next: `Mount it writable, ${elsewhere}`,
  },
  ENOSPC: { code: 'STORAGE_FULL', what: 'the disk is full', next: `Free some space, ${elsewhere}` },
  EDQUOT: {
    code: 'STORAGE_FULL',
    what: "the user's quota of the disk is used up",
    next: `Free some space, ${elsewhere}`,
  },
  EIO: { code: 'STORAGE_CORRUPT', what: 'the disk fails', next: 'Look at the disk, then restore a backup.' },
  ENOENT: {
    code: 'BAD_USER_INPUT',
    what: 'nothing can be made in that folder',
    next: 'Set DATABASE_URL to a file on a disk.',
  },
  ENOTDIR: {
    code: 'BAD_USER_INPUT',
    what: 'a file stands where a folder must be',
    next: 'Set DATABASE_URL to a file in a folder.',
  },
  ELOOP: { code: 'BAD_USER_INPUT', what: 'its symbolic links lead in a circle', next: `Mend them, ${elsewhere}` },
  ENAMETOOLONG: { code: 'BAD_USER_INPUT', what: 'its name is too long', next: 'Set DATABASE_URL to a shorter one.' },
  EMFILE: { code: 'STORAGE_READ_ONLY', what: 'too many files are open', next: 'Raise the limit of open files.' },
  ENFILE: { code: 'STORAGE_READ_ONLY', what: 'too many files are open', next: 'Raise the limit of open files.' },
};

/** The longest part of a name that is repeated: a name may have 4,096 bytes. */
const maxShown = 200;

/** Says what the operating system refused to do with `path`, and what to do next. */
export function refuseFile(what: string, path: string, error: unknown): GatewayError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const reason = reasons[code] ?? {
    code: 'STORAGE_CORRUPT',
    what: 'the operating system refuses it',
    next: `Look there, ${elsewhere}`,
  };
  const owner = code === 'EACCES' || code === 'EPERM' ? describeOwner(path) : '';
  return new GatewayError(
    reason.code,
    `${what} ${shortenPath(path)}: ${reason.what} (${code}). ${owner}${reason.next}`,
    {
      cause: error,
    },
  );
}

/** The code that a refusal of the operating system has at any time; null: `error` is none that is known. */
export function codeOfRefusal(error: unknown): { readonly code: ErrorCode; readonly what: string } | null {
  return reasons[(error as NodeJS.ErrnoException | null)?.code ?? ''] ?? null;
}

export function shortenPath(path: string): string {
  return path.length <= maxShown ? path : `${path.slice(0, maxShown)}…`;
}

/** Whose the file is and who asks; nothing where that cannot be seen. */
function describeOwner(path: string): string {
  const user = process.getuid?.();
  const stats = user === undefined ? undefined : lookAt(path);
  if (!stats) return '';
  return (
    `It belongs to the user ${stats.uid} with mode ${(stats.mode & 0o777).toString(8)}, and the gateway ` +
    `runs as ${user}. `
  );
}

function lookAt(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
