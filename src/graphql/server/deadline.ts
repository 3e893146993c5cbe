import { getOperationAST, OperationTypeNode } from 'graphql';
import { GatewayError } from '../../errors.js';
import type { Timer } from '../../timer.js';
import type { Context } from '../context.js';
import type { Execute, Execution } from './jit.js';

export interface DeadlineParts {
  readonly timer: Timer;
  /** Milliseconds that an operation may take. */
  readonly milliseconds: number;
  /** Milliseconds of CPU that an operation may have the database searched for. */
  readonly searchBudget: number;
  /** Reads of the database within `work` are for this caller, and end with the signal and with the budget. */
  readonly readAs: <T>(
    asker: { readonly caller: string; readonly signal?: AbortSignal | undefined; readonly budget?: number },
    work: () => T,
  ) => T;
}

/**
 * Gives what `work` gives, within its time; then OPERATION_TIMEOUT. A read is ended: what it asked of registries is
 * given up unless others wait for it, and it reads the database no more. A change is only answered then: what it began
 * goes on, and is in the audit log when it is done.
 */
export type Deadline = <T>(context: Context, kind: 'read' | 'change', work: () => T | Promise<T>) => T | Promise<T>;

/**
 * Milliseconds more where the caller wants to wait for registries: what waits for them has a patience of this itself.
 */
const patience = 10_000;

export function createDeadline({ timer, milliseconds, searchBudget, readAs }: DeadlineParts): Deadline {
  return (context, kind, work) => {
    const { viewer, request, end, clientAddress } = context;
    const isChange = kind === 'change';
    const asker = {
      caller: viewer?.accountId ?? clientAddress,
      signal: isChange ? undefined : request.call.signal,
      budget: searchBudget,
    };
    const result = readAs(asker, work);
    if (!(result instanceof Promise)) return result;
    const over = Promise.withResolvers<never>();
    const allowed = isChange || request.forced ? milliseconds + patience : milliseconds;
    const cancel = timer.after(allowed, () => {
      const error = isChange ? explainChange(allowed) : explainRead(allowed);
      over.reject(error);
      if (!isChange) end(error);
    });
    return Promise.race([result, over.promise]).finally(cancel);
  };
}

/** Runs operations within their time. */
export function createBoundedExecute(execute: Execute, deadline: Deadline): Execute {
  return (execution) => deadline(execution.context, changes(execution) ? 'change' : 'read', () => execute(execution));
}

function changes({ document, operationName }: Execution): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
}

function explainRead(milliseconds: number): GatewayError {
  const message =
    `The operation took longer than ${milliseconds / 1000} seconds and was ended. Ask for less at a ` +
    'time: smaller pages, fewer filters, counts and searches.';
  return new GatewayError('OPERATION_TIMEOUT', message);
}

function explainChange(milliseconds: number): GatewayError {
  const message =
    `The operation took longer than ${milliseconds / 1000} seconds; what it began goes on. See what ` +
    `came of it before you send it again: the registry's jobs have each deletion and refresh, the audit log has ` +
    'every change.';
  return new GatewayError('OPERATION_TIMEOUT', message);
}
