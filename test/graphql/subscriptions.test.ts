import { buildSchema, parse } from 'graphql';
import { createBoundedExecute, createDeadline } from '../../src/graphql/server/deadline.js';
import type { Execution } from '../../src/graphql/server/jit.js';
import { hasConditionalRoot } from '../../src/graphql/server/limits.js';
import { createSubscriptions } from '../../src/graphql/server/subscriptions.js';
import { createManualTimer } from '../support/timer.js';

test('what begins a subscription has its time as an operation has, and is ended with all that it asks', async () => {
  const schema = buildSchema('type Query { a: Int } type Subscription { events: Int }');
  schema.getSubscriptionType()!.getFields()['events']!.subscribe = () => new Promise(() => undefined);
  const timer = createManualTimer();
  const ending = new AbortController();
  const deadline = createDeadline({ timer, milliseconds: 3000, searchBudget: 1, readAs: (_asker, work) => work() });
  const refuse = (): never => {
    throw new Error('This is no query.');
  };
  const subscriptions = createSubscriptions(schema, refuse, (execute) => createBoundedExecute(execute, deadline));
  const request = { forced: null, call: { signal: ending.signal } };
  const context = { viewer: { accountId: 'ann' }, request, end: (reason: unknown) => ending.abort(reason) };
  const document = parse('subscription { events }');
  const begun = expect(
    Promise.resolve(subscriptions.execute({ document, context } as unknown as Execution)),
  ).rejects.toMatchObject({ code: 'OPERATION_TIMEOUT' });
  await timer.advance(3000);
  await begun;
  expect([ending.signal.aborted, timer.waiting(), subscriptions.take(context.request as never)]).toEqual([
    true,
    [],
    null,
  ]);
});

test.each([
  ['subscription { events { id } }', false],
  ['subscription { events { id @skip(if: true) } }', false],
  ['query ($a: Boolean!) { events @include(if: $a) { id } }', false],
  ['subscription { ...A } fragment A on Subscription { events { id } ...A }', false],
  ['subscription ($a: Boolean!) { events @include(if: $a) { id } }', true],
  ['subscription { events @skip(if: true) { id } }', true],
  ['subscription { events @include { id } }', true],
  ['subscription { ... @include(if: true) { events { id } } }', true],
  ['subscription { ... on Subscription { ...A @skip(if: false) } } fragment A on Subscription { events { id } }', true],
  ['subscription { ...A } fragment A on Subscription { ...B } fragment B on Subscription { e @skip(if: true) }', true],
  ['{ a } subscription S { events @skip(if: true) { id } }', true],
])('the root of %s is conditional, or is not', (text, expected) => {
  expect(hasConditionalRoot(parse(text))).toBe(expected);
});
