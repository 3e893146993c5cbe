import { randomBytes } from 'node:crypto';
import { createOwnEntry } from '../../src/domain/audit.js';
import type { RepositoryGlob } from '../../src/domain/glob.js';
import type { RepositoryName } from '../../src/domain/name.js';
import { maxWebhooks } from '../../src/domain/webhook.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import type { Database } from '../../src/store/database/database.js';
import { createEventLog } from '../../src/store/events/eventlog.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { type WebhookSettings, WebhookStore } from '../../src/store/webhooks/webhooks.js';
import { listEngines } from '../support/servers/engines.js';
import { plainly } from './rows.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const entry = () => createOwnEntry({ at, actor: '(test)', action: 'test', details: null });
const settings: WebhookSettings = {
  url: 'https://a.example/',
  kinds: ['TAG_PUSHED'],
  registryIds: null,
  repositoryPattern: 'team/*' as RepositoryGlob,
  secret: 'whsec_one',
};

describe.each(listEngines('webhooks'))('on $name', ({ open }) => {
  async function fill(database: Database) {
    const accounts = new AccountStore(database, () => at);
    const ann = await accounts.create({ username: 'ann', roles: ['admin'], passwordHash: null });
    const webhooks = new WebhookStore(database, createKeyring(randomBytes(32)), () => at);
    return { accounts, ann, webhooks, made: await webhooks.create(settings, { ownerId: ann.id, place: 7 }, entry) };
  }

  test('a webhook is as it was made, with its owner as that is now', async () => {
    await using database = await open();
    const { accounts, ann, webhooks, made } = await fill(database);
    const { secret: _secret, ...shown } = settings;
    const owner = { accountId: ann.id, username: 'ann', roles: ['admin'] };
    const untold = { lastEventId: null, attempts: 0, failingSince: null, nextAttemptAt: null, disabled: null };
    expect(await webhooks.find(made.id)).toMatchObject({ ...shown, owner, createdAt: at, place: 7, ...untold });
    expect(await webhooks.find(made.id)).toEqual((await webhooks.list())[0]);
    await accounts.setRoles(ann.id, ['registries:ro']);
    expect((await webhooks.find(made.id))!.owner!.roles).toEqual(['registries:ro']);
    await accounts.setRoles(ann.id, ['admin']);
    await database.kysely.updateTable('account').set({ disabled_at: at.getTime() }).execute();
    expect((await webhooks.find(made.id))!.owner).toEqual({ ...owner, roles: [] });
    await database.kysely.deleteFrom('account').execute();
    expect((await webhooks.find(made.id))!.owner).toBeNull();
    expect(await webhooks.find('none')).toBeNull();
  });

  test('an attempt is noted where the webhook still is at its place, and enabled', async () => {
    await using database = await open();
    const { webhooks, made } = await fill(database);
    const taken = { place: 9, lastEventId: 9, lastDeliveredAt: at, lastStatus: 204, attempts: 0 };
    expect(await webhooks.note(made.id, 8, taken)).toBe(false);
    expect(await webhooks.note(made.id, 7, taken)).toBe(true);
    expect(await webhooks.find(made.id)).toMatchObject(taken);
    expect(await webhooks.disable(made.id, 'GONE', entry)).toBe(true);
    expect(await webhooks.disable(made.id, 'FAILING', entry)).toBe(false);
    expect(await webhooks.note(made.id, 9, { place: 10 })).toBe(false);
    expect((await webhooks.find(made.id))!.disabled).toEqual({ reason: 'GONE', at });
    const again = await webhooks.update(made.id, { isEnabled: true, kinds: null }, entry);
    expect(again).toMatchObject({ disabled: null, kinds: null, place: 9 });
    expect(await webhooks.find(made.id)).toEqual(again);
  });

  test('one that is removed is gone, and there are no more than there may be', async () => {
    await using database = await open();
    const { ann, webhooks, made } = await fill(database);
    const add = () => webhooks.create(settings, { ownerId: ann.id, place: 0 }, entry);
    for (let n = 1; n < maxWebhooks; n++) await add();
    await expect(add()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await webhooks.remove(made.id, entry);
    await expect(webhooks.remove(made.id, entry)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await add();
    expect(await webhooks.list()).toHaveLength(maxWebhooks);
  });

  test('events are found and counted by a pattern of repositories', async () => {
    await using database = await open();
    const names = ['team/a', 'app', 'team/b/c', null] as (RepositoryName | null)[];
    for (const repository of names)
      await plainly(database.kysely)
        .insertInto('event')
        .values({ at: 1, kind: 'TAG_PUSHED', registry_id: 'r', registry_name: 'r', repository })
        .execute();
    const log = createEventLog(database);
    const filter = { repositoryPattern: 'team/*' as RepositoryGlob };
    const found = async () => (await log.find(filter, 0, 10)).map(({ repository }) => repository);
    expect(await found()).toEqual(['team/a', 'team/b/c']);
    expect(await log.countAfter(filter, 0, 10)).toBe(2);
    expect(await log.countAfter(filter, 0, 1)).toBe(1);
    expect(await log.count(filter)).toBe(2);
  });
});
