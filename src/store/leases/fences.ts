import { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery } from 'kysely';
import { GatewayError } from '../../errors.js';

/**
 * Proof of a lease, for writes: it is looked at in the transaction of each write, which is refused once somebody else
 * has the lease. Of two fences of one name the later has the higher token.
 */
export interface Fence {
  /** Of the lease. */
  readonly name: string;
  readonly token: number;
}

/** Somebody else has the lease by now: what was to be written is theirs to write. */
export class LeaseLostError extends GatewayError {
  constructor({ name }: Pick<Fence, 'name'>) {
    super('STORAGE_BUSY', `Another gateway has taken over "${name}". Try again in a moment.`, { retryAfter: 1 });
  }
}

/** Finds a row while the fence holds, and keeps the lease where it is until the transaction ends. */
function holding({ name, token }: Fence): CompiledQuery {
  return CompiledQuery.raw('select 1 from lease where name = $1 and fence = $2 for share', [name, token]);
}

/**
 * The fences of the work that is done at this moment, with all that it calls: every transaction that it begins on
 * PostgreSQL, and every write outside of one, is refused once one of them is lost, whoever wrote the statement.
 */
export class Fencing {
  readonly #current = new AsyncLocalStorage<readonly Fence[]>();

  /** `work` is done within the fences around this call, and this one. */
  run<T>(fence: Fence, work: () => T): T {
    return this.#current.run([...this.fences, fence], work);
  }

  /** Does work that goes on for others, whatever it was begun within. */
  apart<T>(work: () => T): T {
    return this.#current.run([], work);
  }

  get fences(): readonly Fence[] {
    return this.#current.getStore() ?? [];
  }

  /**
   * To be asked as a transaction has begun on the connection behind `execute`. Gives why nothing may be written in it:
   * LeaseLostError, or what kept the database from saying; null: nothing does.
   */
  async findRefusal(
    execute: (query: CompiledQuery) => Promise<{ readonly rows: readonly unknown[] }>,
  ): Promise<Error | null> {
    try {
      for (const fence of this.fences)
        if ((await execute(holding(fence))).rows.length === 0) return new LeaseLostError(fence);
      return null;
    } catch (error) {
      return error as Error;
    }
  }
}
