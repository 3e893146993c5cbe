import { GatewayError } from '../../errors.js';
import type { MoveSource } from './ends.js';
import type { MovedTable } from './movedtables.js';
import {
  assertNoGateway,
  connectPostgres,
  createPostgresReading,
  hasTable,
  isMoving,
  isOfThisVersion,
  nameServer,
  withPostgres,
} from './postgresclient.js';

/**
 * Opens a database that no gateway serves, as it is at this moment; nobody can write to its tables until it is closed.
 * Throws as `connectPostgres`, STORAGE_BUSY while a gateway serves it, CONFLICT for what is no gateway's, of another
 * version, or not whole.
 */
export async function openPostgresSource(url: string, tables: readonly MovedTable[]): Promise<MoveSource> {
  const name = nameServer(url);
  const session = await connectPostgres(url);
  try {
    await assertNoGateway(session, name);
    if (!(await hasTable(session, 'setting')))
      throw new GatewayError('CONFLICT', `${name} has no tables of a gateway: there is nothing to move.`);
    if (await isMoving(session))
      throw new GatewayError('CONFLICT', `${name} is not whole: a move into it did not end. End that one first.`);
    if (!(await isOfThisVersion(session)))
      throw new GatewayError(
        'CONFLICT',
        `${name} is of another version. Start the gateway on it once where that was an earlier one, and stop it; ` +
          'move it with the later version otherwise.',
      );
    await session.run("set lock_timeout = '5s'");
    await session.run('begin isolation level repeatable read read only');
    // Before the first statement that reads, so that nothing is written past what is read.
    await session.run(`lock table ${tables.map((table) => `"${table.name}"`).join(', ')} in share mode`);
    return {
      ...createPostgresReading(session, name, null),
      // By another session: the transaction of this one goes on seeing what it saw first.
      assertAlone: () => withPostgres(url, (other) => assertNoGateway(other, name)),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
