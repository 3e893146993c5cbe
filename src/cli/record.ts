import { userInfo } from 'node:os';
import { commandLineActor, createOwnEntry, type NewAuditEntry, outcomeOf } from '../domain/audit.js';
import { GatewayError } from '../errors.js';
import type { Database } from '../store/database/database.js';

/**
 * The entry of a command that did it, to be written with its change; with more details than were known before, where
 * there are.
 */
export type Describe = (more?: NewAuditEntry['details']) => NewAuditEntry;

/**
 * Who gives the command, for the audit log: the user of this process. Under sudo that is who it was changed to; a
 * variable that says who it was before could be set by anybody.
 */
export function findOperator(findName: () => string = () => userInfo().username): string {
  return commandLineActor(findUser(findName));
}

/** A container's user has a number only. */
function findUser(findName: () => string): string {
  try {
    const name = findName();
    if (name !== '') return name;
  } catch {
    // No entry in the system's list of users: told by its number.
  }
  return `uid:${process.geteuid?.() ?? 'unknown'}`;
}

/**
 * Runs a command that changes the database past the gateway. `work` writes the entry that it is given with its change;
 * what is refused or fails gets one of its own, as of a mutation. Throws as `work` does.
 */
export async function keepCommandRecord<T>(
  database: Database,
  deed: Pick<NewAuditEntry, 'action' | 'details'>,
  work: (describe: Describe) => Promise<T>,
): Promise<T> {
  const describe = (more: Partial<NewAuditEntry>): NewAuditEntry =>
    createOwnEntry({ ...deed, at: new Date(), actor: findOperator(), ...more });
  try {
    return await work((more) => describe({ details: { ...deed.details, ...more } }));
  } catch (error) {
    const { code, message } =
      error instanceof GatewayError
        ? error
        : { code: 'INTERNAL' as const, message: 'Something went wrong inside the command.' };
    const refused = describe({ outcome: outcomeOf(code), code, message });
    // Where it cannot be written, the command's own failure says why.
    const { createAuditLog } = await import('../store/jobs/audit.js');
    await createAuditLog(database)
      .add(refused)
      .catch(() => undefined);
    throw error;
  }
}
