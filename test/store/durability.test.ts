import { createDurability, openDurability } from '../../src/store/file/durability.js';
import { openDatabase } from '../../src/store/database/database.js';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { createAuditLog } from '../../src/store/jobs/audit.js';
import { createFolder } from './files.js';

/** A log whose syncs end when they are told to. */
function createLog() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const log = {
    datasync: () => new Promise<void>((resolve, reject) => waiting.push({ resolve, reject })),
    close: async () => undefined,
  };
  return { log, waiting };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('flush', () => {
  it('has a call that comes while a sync runs wait for the next one, which all such calls share', async () => {
    const { log, waiting } = createLog();
    const durability = createDurability(log);
    const done: string[] = [];
    void durability.flush().then(() => done.push('first'));
    void durability.flush().then(() => done.push('second'));
    void durability.flush().then(() => done.push('third'));
    expect(waiting).toHaveLength(1);
    waiting[0]!.resolve();
    await turn();
    expect(done).toEqual(['first']);
    expect(waiting).toHaveLength(2);
    waiting[1]!.resolve();
    await turn();
    expect(done).toEqual(['first', 'second', 'third']);
    void durability.flush();
    expect(waiting).toHaveLength(3);
  });

  it('tells a sync that failed to those who waited for it, and goes on with the next', async () => {
    const { log, waiting } = createLog();
    const durability = createDurability(log);
    const first = durability.flush();
    const second = durability.flush();
    waiting[0]!.reject(new Error('EIO'));
    await expect(first).rejects.toThrow('EIO');
    await turn();
    waiting[1]!.resolve();
    await second;
  });

  it('has its file synced for a database on a disk', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    const durability = await openDurability(folder.file('g.db'));
    await durability.flush();
    await durability.close();
    await database.close();
  });
});

describe('what no power cut may take back', () => {
  it('what no power cut may take back is synced before it is told: accounts, roles, tokens and the audit log; a token that is used is not', async () => {
    using folder = createFolder();
    const database = await openDatabase(`sqlite:${folder.file('g.db')}`);
    let synced = 0;
    const counting = {
      ...database,
      durably: async <T>(write: () => Promise<T>) => database.durably(write).finally(() => (synced += 1)),
    };
    const accounts = new AccountStore(counting);
    const account = await accounts.create({ username: 'ann', roles: ['admin'], passwordHash: null });
    await accounts.setRoles(account.id, ['registries:ro']);
    const token = await accounts.createToken({
      accountId: account.id,
      hash: 'a'.repeat(64),
      label: '',
      roles: ['registries:ro'],
      expiresAt: new Date(),
    });
    await accounts.recordUse(token.id, new Date());
    await accounts.revokeToken(token.id);
    expect(synced).toBe(4);
    await createAuditLog(counting).add({
      at: new Date(),
      actor: 'ann',
      requestId: null,
      action: 'LOGIN',
      registryId: null,
      registryName: null,
      repository: null,
      tags: [],
      outcome: 'ALLOWED',
      code: null,
      message: null,
      details: null,
      jobId: null,
    } as unknown as Parameters<ReturnType<typeof createAuditLog>['add']>[0]);
    expect(synced).toBe(5);
    await database.close();
  });
});
