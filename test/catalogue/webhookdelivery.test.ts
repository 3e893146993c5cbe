import { once } from 'node:events';
import { createAttempts } from '../../src/catalogue/deliver/attempts.js';
import { Deliverer } from '../../src/catalogue/deliver/deliverer.js';
import type { EventKind } from '../../src/domain/event.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import type { RepositoryName, TagName } from '../../src/domain/name.js';
import type { Registry } from '../../src/domain/registry.js';
import type { DeliveryFailure, DeliveryOutcome } from '../../src/domain/webhook.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { createAuditLog } from '../../src/store/jobs/audit.js';
import type { WebhookSettings } from '../../src/store/webhooks/webhooks.js';
import { createOwnLeases, type Leases } from '../../src/store/leases/leases.js';
import { createWebhookSecret } from '../../src/webhooks/signature.js';
import type { Delivery } from '../../src/webhooks/sender.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { createManualTimer, letRun, type ManualTimer, until } from '../support/timer.js';

let gateway: TestCatalogue;
let registry: Registry;
let timer: ManualTimer;
let ownerId: string;
let deliverer: Deliverer;
let sent: (Delivery & { readonly subject: string; readonly event: Record<string, unknown> })[];
/** What comes of the next attempts, by the path of the URL; then all are taken. */
let failures: { readonly failure: DeliveryFailure; readonly retryAfter?: number }[];
let counted: (DeliveryFailure | null)[];
let disabled: string[];
/** Done while the first attempt from then on is under way. */
let meanwhile: (() => Promise<unknown>) | null;

beforeEach(async () => {
  gateway = await createTestCatalogue();
  registry = await gateway.attach('r', 'http://r.invalid');
  timer = createManualTimer();
  [sent, failures, counted, disabled, meanwhile] = [[], [], [], [], null];
  const account = await new AccountStore(gateway.database).create({
    username: 'ann',
    roles: ['admin'],
    passwordHash: null,
  });
  ownerId = account.id;
  deliverer = openDeliverer();
});
afterEach(async () => {
  await deliverer.stop();
  await gateway[Symbol.asyncDispose]();
});

function openDeliverer(leases: Leases = createOwnLeases()): Deliverer {
  const send = async (delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> => {
    const event = JSON.parse(delivery.body) as Record<string, unknown>;
    sent.push({ ...delivery, event, subject: String(event['subject'] ?? event['type']) });
    const act = meanwhile;
    meanwhile = null;
    await act?.();
    if (delivery.url.includes('never')) await once(signal, 'abort').then(() => signal.throwIfAborted());
    const next = failures.shift();
    if (!next) return { status: 204, failure: null, ms: 3, retryAfter: null };
    return { status: 500, ms: 4, retryAfter: null, ...next };
  };
  const attempts = createAttempts(gateway.parts, { send }, (failure) => void counted.push(failure));
  const onDisabled = (reason: string): void => void disabled.push(reason);
  return new Deliverer({ ...gateway.parts, leases, timer, attempts, onDisabled, chance: () => 0 });
}

async function create(settings: Partial<WebhookSettings> = {}): Promise<string> {
  const all = { url: 'https://a.example/', kinds: null, registryIds: null, repositoryPattern: null };
  const { end: place } = await gateway.parts.eventLog.bounds();
  const entry = () => ({ ...createEntry(), action: 'createWebhook' });
  const secret = createWebhookSecret();
  const webhook = await gateway.parts.webhooks.create({ ...all, secret, ...settings }, { ownerId, place }, entry);
  deliverer.restart(webhook.id);
  return webhook.id;
}
const createEntry = () => ({
  at: new Date(),
  actor: 'ann',
  requestId: null,
  action: '',
  registryId: null,
  registryName: null,
  repository: null,
  tags: [],
  outcome: 'DONE' as const,
  code: null,
  message: null,
  details: null,
  jobId: null,
});

/** Writes events, as a change would. */
async function tell(...tags: string[]): Promise<void> {
  for (const tag of tags) await write('TAG_PUSHED', 'app', tag);
}
async function write(kind: EventKind, repository: string | null, tag: string | null, of = registry): Promise<void> {
  await gateway.database.kysely
    .insertInto('event')
    .values({
      at: 1_767_323_045_000,
      kind,
      registry_id: of.id,
      registry_name: of.name,
      repository: repository as RepositoryName,
      tag: tag as TagName,
    })
    .execute();
}
const subjects = (): string[] => sent.map(({ subject }) => subject);
const find = async (id: string) => (await gateway.parts.webhooks.find(id))!;

test('events are sent in their order, signed, each once, from those on that came after the webhook', async () => {
  await tell('before');
  await deliverer.start();
  const id = await create();
  await tell('v1', 'v2', 'v3');
  await until(async () => (await find(id)).lastEventId !== null && sent.length === 3);
  expect(subjects()).toEqual(['r/app:v1', 'r/app:v2', 'r/app:v3']);
  const [first] = sent;
  const instance = await gateway.parts.instanceId();
  expect(first!.event).toEqual({
    specversion: '1.0',
    id: first!.event['id'],
    source: `urn:uuid:${instance}`,
    type: 'registry-gateway.tag.pushed',
    subject: 'r/app:v1',
    time: '2026-01-02T03:04:05.000Z',
    datacontenttype: 'application/json',
    data: { kind: 'TAG_PUSHED', registry: { id: registry.id, name: 'r' }, repository: 'app', tag: 'v1' },
  });
  expect(first!.headers['webhook-id']).toBe(`msg_${id.replaceAll('-', '')}_${String(first!.event['id'])}`);
  expect(first!.headers['webhook-timestamp']).toBe('1767323045');
  expect(counted).toEqual([null, null, null]);
  await until(async () => (await find(id)).place === Number(sent[2]!.event['id']));
  expect(await find(id)).toMatchObject({ attempts: 0, lastStatus: 204, lastFailure: null, lastMs: 3 });
});

test('what the filter lets through is sent, and what it does not is passed over', async () => {
  await deliverer.start();
  const other = await gateway.attach('s', 'http://s.invalid');
  const id = await create({
    kinds: ['TAG_PUSHED', 'TAG_DELETED'],
    registryIds: [registry.id],
    repositoryPattern: 'team/*' as RepositoryGlob,
  });
  await write('TAG_PUSHED', 'team/a', 'yes');
  await write('TAG_MOVED', 'team/a', 'kind');
  await write('TAG_PUSHED', 'app', 'repository');
  await write('TAG_PUSHED', 'team/a', 'registry', other);
  await write('REGISTRY_BACK', null, null);
  await write('TAG_DELETED', 'team/b/c', 'yes');
  await until(() => sent.length === 2);
  expect(subjects()).toEqual(['r/team/a:yes', 'r/team/b/c:yes']);
  const { eventLog } = gateway.parts;
  await until(async () => (await find(id)).place >= Number(sent[1]!.event['id']));
  expect(await eventLog.countAfter({ repositoryPattern: 'team/*' as RepositoryGlob }, 0, 1000)).toBe(4);
  expect(await eventLog.countAfter({ repositoryPattern: 'team/*' as RepositoryGlob }, 0, 3)).toBe(3);
});

test('an event that is not taken is sent again, ever later, and the others wait for it', async () => {
  await deliverer.start();
  const id = await create();
  failures.push({ failure: 'FAILED' }, { failure: 'TIMEOUT' }, { failure: 'RATE_LIMITED', retryAfter: 60 });
  await tell('v1', 'v2');
  for (const [rest, attempts, failure] of [
    [500, 1, 'FAILED'],
    [1000, 2, 'TIMEOUT'],
    [60_000, 3, 'RATE_LIMITED'],
  ] as const) {
    await until(() => timer.waiting().includes(rest));
    expect(await find(id)).toMatchObject({ attempts, lastFailure: failure, lastEventId: null });
    expect(deliverer.standing).toMatchObject({ sending: 0, failing: 1, disabled: 0 });
    await timer.advance(rest - 1);
    expect(sent).toHaveLength(attempts);
    await timer.advance(1);
    await until(() => sent.length > attempts);
  }
  await until(() => sent.length === 5);
  expect(subjects()).toEqual([...Array<string>(4).fill('r/app:v1'), 'r/app:v2']);
  expect(new Set(sent.slice(0, 4).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await until(async () => (await find(id)).failingSince === null);
  expect(counted).toEqual(['FAILED', 'TIMEOUT', 'RATE_LIMITED', null, null]);
  const told = gateway.lines.filter(({ facts }) => facts['webhook'] === id).map(({ message }) => message);
  expect(told).toEqual(['a webhook does not take what it is sent', 'a webhook takes what it is sent again']);
});

test('one that fails holds up no other', async () => {
  await deliverer.start();
  const id = await create();
  failures.push({ failure: 'UNREACHABLE' });
  await tell('v1');
  await until(() => timer.waiting().length > 0);
  await create({ url: 'https://b.example/' });
  await tell('v2');
  await until(() => sent.length === 2);
  expect(sent.map(({ url, subject }) => `${url} ${subject}`)).toEqual([
    'https://a.example/ r/app:v1',
    'https://b.example/ r/app:v2',
  ]);
  expect((await find(id)).attempts).toBe(1);
});

test('410 disables at once, with an entry of the audit log, and enabling it goes on where it was', async () => {
  await deliverer.start();
  const id = await create();
  failures.push({ failure: 'GONE' });
  await tell('v1', 'v2');
  await until(async () => (await find(id)).disabled !== null);
  expect((await find(id)).disabled).toMatchObject({ reason: 'GONE' });
  await until(() => disabled.length === 1);
  expect(disabled).toEqual(['GONE']);
  const { items } = await createAuditLog(gateway.database).list(
    { action: 'disableWebhook' },
    { first: 10, after: null },
  );
  expect(items).toMatchObject([
    { actor: '(gateway)', outcome: 'DONE', details: { webhook: id, origin: 'https://a.example', reason: 'GONE' } },
  ]);
  await tell('v3');
  await letRun();
  expect(subjects()).toEqual(['r/app:v1']);
  await gateway.parts.webhooks.update(id, { isEnabled: true }, createEntry);
  deliverer.restart(id);
  await until(() => sent.length === 4);
  expect(subjects()).toEqual(['r/app:v1', 'r/app:v1', 'r/app:v2', 'r/app:v3']);
});

test('an endpoint that took nothing for 72 hours is disabled, and not before', async () => {
  await deliverer.start();
  const id = await create();
  failures.push(...Array.from({ length: 1000 }, () => ({ failure: 'UNREACHABLE' as const })));
  await tell('v1');
  let hours = 0;
  for (;;) {
    await until(async () => timer.waiting().length > 0 || (await find(id)).disabled !== null);
    if ((await find(id)).disabled !== null) break;
    const [rest] = timer.waiting();
    hours += rest! / 3_600_000;
    gateway.wait(rest! / 1000);
    await timer.advance(rest!);
  }
  expect(hours).toBeGreaterThanOrEqual(72);
  expect(hours).toBeLessThan(73);
  expect((await find(id)).disabled).toMatchObject({ reason: 'FAILING' });
  await until(() => disabled.length === 1);
  expect(deliverer.standing).toEqual({ sending: 0, failing: 0, disabled: 1, behind: 0 });
  // A rest of half an hour each, as chance leaves it here.
  expect(sent.length).toBeLessThan(160);
});

test('what was not taken when the gateway ended is sent at the next start, once its time has come', async () => {
  await deliverer.start();
  const id = await create();
  failures.push(...Array.from({ length: 3 }, () => ({ failure: 'FAILED' as const })));
  await tell('v1');
  for (const rest of [500, 1000]) {
    await until(() => timer.waiting().includes(rest));
    await timer.advance(rest);
  }
  await until(() => timer.waiting().includes(2000));
  await deliverer.stop();
  gateway.wait(1.5);
  timer = createManualTimer();
  deliverer = openDeliverer();
  await deliverer.start();
  await until(() => timer.waiting().includes(500));
  expect(sent).toHaveLength(3);
  await timer.advance(500);
  await until(() => sent.length === 4);
  expect(new Set(subjects())).toEqual(new Set(['r/app:v1']));
  await until(async () => (await find(id)).attempts === 0);
});

test('a process that ends between the answer and the row sends the event again, by the same id', async () => {
  await deliverer.start();
  const id = await create();
  const { webhooks } = gateway.parts;
  const note = webhooks.note.bind(webhooks);
  webhooks.note = () => Promise.reject(new Error('killed'));
  await tell('v1');
  await until(() => timer.waiting().length > 0);
  await deliverer.stop();
  webhooks.note = note;
  deliverer = openDeliverer();
  await deliverer.start();
  await until(async () => (await find(id)).lastEventId !== null);
  expect(subjects()).toEqual(['r/app:v1', 'r/app:v1']);
  expect(sent[0]!.headers['webhook-id']).toBe(sent[1]!.headers['webhook-id']);
});

test('events that were removed before their turn are told of as a gap, and what follows is sent', async () => {
  await deliverer.start();
  const id = await create({ kinds: ['TAG_PUSHED'] });
  await gateway.parts.webhooks.update(id, { isEnabled: false }, createEntry);
  const { place } = await find(id);
  await tell('v1', 'v2', 'v3');
  const { end } = await gateway.parts.eventLog.bounds();
  const { kysely } = gateway.database;
  await kysely.deleteFrom('event').where('id', '<', end).execute();
  await kysely
    .insertInto('setting')
    .values({ key: 'events-pruned-to', value: `${end - 1}` })
    .execute();
  await gateway.parts.webhooks.update(id, { isEnabled: true }, createEntry);
  failures.push({ failure: 'FAILED' });
  deliverer.restart(id);
  await until(() => timer.waiting().includes(500));
  await timer.advance(500);
  await until(() => sent.length === 3);
  const gone = { type: 'registry-gateway.events.gone', data: { after: `${place}`, upTo: `${end - 1}` } };
  expect(sent.map(({ event }) => event)).toMatchObject([gone, gone, { subject: 'r/app:v3' }]);
});

test('nothing is sent once who answers for it is no admin any more', async () => {
  await deliverer.start();
  const id = await create();
  await new AccountStore(gateway.database).setRoles(ownerId, ['registries:ro']);
  await tell('v1');
  await until(async () => (await find(id)).disabled !== null);
  expect((await find(id)).disabled).toMatchObject({ reason: 'OWNER_GONE' });
  expect(sent).toEqual([]);
});

test.each<[string, () => Promise<unknown>]>([
  ['demoted', () => new AccountStore(gateway.database).setRoles(ownerId, ['registries:ro'])],
  ['disabled', () => gateway.database.kysely.updateTable('account').set({ disabled_at: 1 }).execute()],
  ['deleted', () => gateway.database.kysely.deleteFrom('account').execute()],
])('of events that were found already none is sent once who answers for it is %s', async (_, change) => {
  const id = await create();
  await tell('v1', 'v2', 'v3');
  meanwhile = change;
  await deliverer.start();
  await until(async () => (await find(id)).disabled !== null);
  expect((await find(id)).disabled).toMatchObject({ reason: 'OWNER_GONE' });
  expect(subjects()).toEqual(['r/app:v1']);
});

test('of events that were found already none is sent that another gateway has it told of no more', async () => {
  const id = await create();
  await tell('v1', 'v2');
  await write('TAG_MOVED', 'app', 'v1');
  meanwhile = () => gateway.parts.webhooks.update(id, { kinds: ['TAG_MOVED'] }, createEntry);
  await deliverer.start();
  await until(() => sent.length === 2);
  expect(sent.map(({ event }) => event['type'])).toEqual(['registry-gateway.tag.pushed', 'registry-gateway.tag.moved']);
});

test('however many endpoints do not answer, the others are sent to', async () => {
  await deliverer.start();
  for (let n = 0; n < 20; n++) await create({ url: `https://never.example/${n}` });
  await create();
  await tell('v1');
  await until(() => sent.length === 21);
  await until(() => counted.length === 1);
  expect(counted).toEqual([null]);
});

test('both secrets sign while they are changed, and one after that', async () => {
  await deliverer.start();
  const id = await create();
  const { webhooks } = gateway.parts;
  const formerUntil = new Date(Date.UTC(2026, 0, 2, 4, 4, 5));
  await webhooks.update(id, { secret: { text: createWebhookSecret(), formerUntil } }, createEntry);
  await tell('v1');
  await until(() => sent.length === 1);
  gateway.wait(3600);
  await tell('v2');
  await until(() => sent.length === 2);
  const [both, one] = sent.map(({ headers }) => headers['webhook-signature'].split(' '));
  expect([both!.length, one!.length]).toEqual([2, 1]);
});

test('a secret that cannot be opened is a failure of its own, and is mended by another', async () => {
  await deliverer.start();
  const id = await create();
  await gateway.database.kysely.updateTable('webhook').set({ secret_sealed: 'v1.x' }).execute();
  await tell('v1');
  await until(async () => (await find(id)).lastFailure === 'SECRET');
  const secret = { text: createWebhookSecret(), formerUntil: new Date(0) };
  await gateway.parts.webhooks.update(id, { secret }, createEntry);
  deliverer.restart(id);
  await until(() => sent.length === 1);
});

test('more events than are kept in memory are sent all, in their order', async () => {
  await deliverer.start();
  const id = await create();
  const values = Array.from({ length: 1100 }, (_, n) => ({
    at: 1,
    kind: 'TAG_PUSHED' as const,
    registry_id: registry.id,
    registry_name: registry.name,
    repository: 'app' as RepositoryName,
    tag: `v${n}` as TagName,
  }));
  await gateway.database.kysely.insertInto('event').values(values).execute();
  await until(() => sent.length === 1100, 60);
  expect(subjects()).toEqual(values.map(({ tag }) => `r/app:${tag}`));
  await until(async () => (await find(id)).place === Number(sent.at(-1)!.event['id']));
});

describe('of two gateways of a database', () => {
  let other: Deliverer;
  let leases: Leases;
  beforeEach(async () => {
    leases = { ...createOwnLeases(), isShared: true };
    [deliverer, other] = [openDeliverer(leases), openDeliverer(leases)];
    await deliverer.start();
    await other.start();
  });
  afterEach(() => other.stop());

  it('one sends, and the other goes on where it ends', async () => {
    const id = await create();
    await timer.advance(3000);
    await tell('v1', 'v2');
    await until(async () => sent.length === 2 && (await find(id)).lastEventId !== null);
    await deliverer.stop();
    await tell('v3');
    await letRun();
    expect(sent).toHaveLength(2);
    await timer.advance(3000);
    await until(() => sent.length === 3);
    expect(subjects()).toEqual(['r/app:v1', 'r/app:v2', 'r/app:v3']);
  });

  it('who sends hears within three seconds what the other was told: another address, and that it is removed', async () => {
    const id = await create();
    await timer.advance(3000);
    failures.push({ failure: 'RATE_LIMITED', retryAfter: 3600 });
    await tell('v1');
    await until(async () => (await find(id)).attempts === 1);
    // As the other gateway does it.
    await gateway.parts.webhooks.update(id, { url: 'https://b.example/' }, createEntry);
    other.restart(id);
    await timer.advance(3000);
    await until(() => sent.length === 2);
    expect(sent.map(({ url }) => url)).toEqual(['https://a.example/', 'https://b.example/']);
    await until(async () => (await find(id)).lastEventId !== null);
    await gateway.parts.webhooks.remove(id, createEntry);
    other.forget(id);
    await timer.advance(3000);
    await until(() => deliverer.standing.sending + other.standing.sending === 0);
    await tell('v2');
    await letRun();
    expect(sent).toHaveLength(2);
  });

  it.each([true, false])(
    'one that is enabled at the other is tried at once, looked at before: %s',
    async (isLooked) => {
      const id = await create();
      if (isLooked) await timer.advance(3000);
      failures.push({ failure: 'RATE_LIMITED', retryAfter: 3600 });
      await tell('v1');
      await until(async () => (await find(id)).attempts === 1);
      await gateway.parts.webhooks.update(id, { isEnabled: true }, createEntry);
      await timer.advance(3000);
      await until(() => sent.length === 2);
      expect(subjects()).toEqual(['r/app:v1', 'r/app:v1']);
    },
  );

  it('one that is enabled at the other is sent to again', async () => {
    const id = await create();
    failures.push({ failure: 'GONE' });
    await tell('v1');
    await until(async () => (await find(id)).disabled !== null);
    await gateway.parts.webhooks.update(id, { isEnabled: true }, createEntry);
    other.restart(id);
    await until(() => sent.length === 2);
    expect(deliverer.standing.sending + other.standing.sending).toBe(1);
  });
});
