import { createOwnEntry } from '../../src/domain/audit.js';
import { maxWaiting } from '../../src/domain/approval.js';
import type { RepositoryName } from '../../src/domain/name.js';
import type { Database } from '../../src/store/database/database.js';
import { createApprovalStore, type ApprovalStore } from '../../src/store/jobs/approvals.js';
import { createDeletionStore, type DeletionStore } from '../../src/store/jobs/deletions.js';
import type { NewJob } from '../../src/store/jobs/jobs.js';
import { openMemory } from './files.js';
import { createManifest } from './manifests.js';
import { addRegistry } from './rows.js';

const hour = 3_600_000;
const at = (hours: number): Date => new Date(hours * hour);
const entry = createOwnEntry({ at: at(0), actor: 'bob', action: 'approveDeletion', details: null });
const app = 'app' as RepositoryName;
const { digest } = createManifest('one', {}).manifest;

let database: Database;
let registryId: string;
let approvals: ApprovalStore;
let deletions: DeletionStore;

beforeEach(async () => {
  database = await openMemory();
  registryId = await addRegistry(database.kysely, 'r');
  approvals = createApprovalStore(database);
  deletions = createDeletionStore(database);
});
afterEach(() => database.close());

function begin(account: string, more: Partial<NewJob> = {}): Promise<{ readonly id: string }> {
  const job = { kind: 'DELETE_TAGS', registryId, repository: app, requestedBy: account, createdAt: at(0) } as const;
  const steps = [{ kind: 'MANIFEST', digest, tags: ['v1'] } as never];
  return deletions.create({ ...job, requestedAccount: account, ...more }, steps, () => entry);
}

async function setApprovals(approvalsOfIt: readonly object[]): Promise<void> {
  const changes = { approvals: JSON.stringify(approvalsOfIt) as never };
  await database.kysely.updateTable('registry').set(changes).where('id', '=', registryId).execute();
}

/** What those that are asked for at once come to: how many are taken. */
async function countTaken(asked: readonly Promise<unknown>[]): Promise<number> {
  const settled = await Promise.allSettled(asked);
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

const waiting = { approvalExpiresAt: at(24) };

test('no more wait than may where many are asked for at once, of one account and of a registry', async () => {
  const { ofAccount, ofRegistry } = maxWaiting;
  const ofOne = Array.from({ length: ofAccount + 2 }, () => begin('ann', waiting));
  expect(await countTaken(ofOne)).toBe(ofAccount);
  const others = Array.from({ length: ofRegistry }, (_, number) => begin(`person-${number % 25}`, waiting));
  expect(await countTaken(others)).toBe(ofRegistry - ofAccount);
  expect((await approvals.listWaiting([registryId])).get(registryId)).toHaveLength(ofRegistry);
});

test('of small deletions that begin at once no more are taken than may go alone, of a machine without an account too', async () => {
  const alone = { since: at(-24), most: 2 };
  expect(await countTaken(Array.from({ length: 6 }, () => begin('a machine', { alone })))).toBe(3);
});

test('one of two that decide at once is the one, and nobody approves after the time', async () => {
  const { id } = await begin('ann', waiting);
  const late = approvals.decide(new Map([[id, entry]]), { approvedBy: 'bob' }, at(24));
  expect([...(await late)]).toEqual([]);
  const decisions = [{ approvedBy: 'bob' }, { approvedBy: 'dora' }, { cancelledBy: 'ann' }];
  const entries = new Map([[id, entry]]);
  const made = await Promise.all(decisions.map((decision) => approvals.decide(entries, decision, at(23))));
  expect(made.flatMap((decided) => [...decided])).toEqual([id]);
});

test('a registry with rules keeps what counts along, however many small deletions there were', async () => {
  const end = async (account: string): Promise<void> => {
    const { id } = await begin(account);
    await deletions.end(id, { state: 'SUCCEEDED', finishedAt: at(0) }, entry);
  };
  const count = (): Promise<number> =>
    approvals.countDeletedAlone({ registryId, repository: app, accountId: 'ann' }, at(-24));
  for (let number = 0; number < 52; number++) await end('ann');
  // Fifty that have ended, and the one that was begun last.
  expect(await count()).toBe(51);
  await setApprovals([{ repository: '*', above: 100, days: 7 }]);
  for (let number = 0; number < 10; number++) await end('ann');
  expect(await count()).toBe(61);
  // A day later they count no longer, and go.
  await begin('bob', { createdAt: at(25) });
  expect(await count()).toBe(50);
});
