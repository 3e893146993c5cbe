import type { ExecutionResult } from 'graphql';
import { createBoundedExecute, createDeadline } from '../../src/graphql/server/deadline.js';
import type { Execution } from '../../src/graphql/server/jit.js';
import { defineOperation } from '../../src/graphql/server/executor.js';
import { startGateway } from '../support/worlds/gateway.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer, until } from '../support/timer.js';

type Asker = { readonly caller: string; readonly signal?: AbortSignal | undefined };

/** Runs an operation that gives its result when it is told to. */
function begin(
  text: string,
  { isForced = false, accountId = 'ann' }: { isForced?: boolean; accountId?: string | null } = {},
) {
  const timer = createManualTimer();
  const result = Promise.withResolvers<ExecutionResult>();
  const ending = new AbortController();
  const askers: Asker[] = [];
  const deadline = createDeadline({
    timer,
    milliseconds: 3000,
    searchBudget: 1000,
    readAs(asker, work) {
      askers.push(asker);
      return work();
    },
  });
  const execute = createBoundedExecute(() => result.promise, deadline);
  const request = { forced: isForced ? {} : null, call: { signal: ending.signal } };
  const end = (reason: unknown): void => ending.abort(reason);
  const context = { viewer: accountId === null ? null : { accountId }, request, end, clientAddress: '192.0.2.1' };
  const answer = Promise.resolve(
    execute({ document: defineOperation(text).document, context } as unknown as Execution),
  );
  return { timer, result, signal: ending.signal, askers, answer };
}

const query = '{ __typename }';
const mutation = 'mutation { __typename }';

describe('an operation has its time', () => {
  it('an operation is answered within its time, and nothing waits then', async () => {
    const { timer, result, answer, signal } = begin(query);
    await timer.advance(2999);
    result.resolve({ data: { a: 1 } });
    expect(await answer).toEqual({ data: { a: 1 } });
    expect([timer.waiting(), signal.aborted]).toEqual([[], false]);
  });

  it('an operation is ended at the end of its time, with all that it asks', async () => {
    const { timer, answer, signal, askers } = begin(query);
    const fault = expect(answer).rejects.toMatchObject({
      code: 'OPERATION_TIMEOUT',
      message: expect.stringContaining('3 seconds and was ended') as string,
    });
    await timer.advance(3000);
    await fault;
    expect(signal.reason).toMatchObject({ code: 'OPERATION_TIMEOUT' });
    expect(askers).toEqual([{ caller: 'ann', signal, budget: 1000 }]);
  });

  it('has ten seconds more where it waits for registries', async () => {
    const { timer, answer } = begin(query, { isForced: true });
    await timer.advance(12_999);
    expect(timer.waiting()).toEqual([1]);
    const fault = expect(answer).rejects.toMatchObject({ code: 'OPERATION_TIMEOUT' });
    await timer.advance(1);
    await fault;
  });

  it('an operation that changes something is only answered: what it began goes on, and the answer says where to look', async () => {
    const { timer, answer, signal, askers } = begin(mutation);
    const fault = expect(answer).rejects.toMatchObject({
      code: 'OPERATION_TIMEOUT',
      message: expect.stringContaining('audit log') as string,
    });
    await timer.advance(13_000);
    await fault;
    expect([signal.aborted, askers[0]!.signal]).toEqual([false, undefined]);
  });

  it('counts against an address before it is known who asks', () => {
    expect(begin(mutation, { accountId: null }).askers[0]!.caller).toBe('192.0.2.1');
  });
});

test('both surfaces answer 504 when a registry keeps an operation waiting, and its request is given up', async () => {
  await using registry = await createMemoryRegistry({ strict: false });
  const timer = createManualTimer();
  await using gateway = await startGateway({
    timer,
    operationTimeout: 3,
    upstream: { timeouts: { headers: 100_000 } },
  });
  await gateway.attach('r', registry.url);
  const hung = registry.fail({ kind: 'hang', match: /new\/tags\/list/ });
  const text = '{ registry(name: "r") { repository(name: "new") { name } } }';
  const asks = [
    () => gateway.graphql(text, {}),
    () => gateway.rest<{ error: { code: string } }>('GET', '/api/registries/r/repositories/new'),
  ];
  const codes: unknown[] = [];
  for (const [at, ask] of asks.entries()) {
    const answer = ask();
    await until(() => hung.hits > at && timer.waiting().includes(3000));
    await timer.advance(3000);
    const { status, body } = await answer;
    codes.push([status, 'error' in body ? body.error.code : body.errors![0]!.extensions.code]);
    // One that went on would be joined by the next, and not be asked again.
  }
  expect(codes).toEqual([
    [504, 'OPERATION_TIMEOUT'],
    [504, 'OPERATION_TIMEOUT'],
  ]);
  expect(hung.hits).toBe(2);
});
