import { policy } from './policy.js';
import {
  type Cell,
  openPolicyWorld,
  type PolicyWorld,
  type Principal,
  principals,
  reads,
  sees,
  subjects,
} from './policyworld.js';
import { codesOf, done } from './principals.js';

let world: PolicyWorld;
let crawlId: string;
beforeAll(async () => {
  world = await openPolicyWorld();
  const query = '{ registry(name: "local") { lastCrawl { id } } }';
  const asAdmin = world.options.get('admin');
  const { body } = await world.gateway.graphql<{ registry: { lastCrawl: { id: string } } }>(query, {}, asAdmin);
  crawlId = body.data!.registry.lastCrawl.id;
});
afterAll(() => world[Symbol.asyncDispose]());

const known = principals.filter((who) => who.kind !== 'refused' && reads(who));

/** Of each field the operations that it stands for: rows of the policy, or others by their text. */
const ofViewer: Readonly<Record<string, readonly string[]>> = {
  canAttachRegistries: ['mutation addRegistry', 'mutation testRegistry'],
  canSetProxies: [
    change('addRegistry', 'name: "p", addr: "http://127.0.0.1:1", proxy: { mode: OWN, url: "http://127.0.0.1:1" }'),
  ],
  canSeeAuditLog: ['query auditLog'],
  canSeeAccounts: ['query accounts', 'query teams', 'query team', 'query webhooks', 'query webhook'],
  canManageAccounts: [
    'createAccount',
    'deleteAccount',
    'resetPassword',
    'updateTeam',
    'grantAccess',
    'revokeGrant',
  ].map((name) => `mutation ${name}`),
  canManageWebhooks: ['createWebhook', 'updateWebhook', 'testWebhook'].map((name) => `mutation ${name}`),
};
const ofRegistry: Readonly<Record<string, readonly string[]>> = {
  viewerCanUpdate: ['mutation updateRegistry'],
  viewerCanDetach: ['mutation removeRegistry'],
  viewerCanProtect: ['mutation setProtection'],
  viewerCanSetRetention: [change('setRetention', 'registry: "local"')],
  viewerCanApplyRetention: [change('applyRetention', 'registry: "local"')],
  viewerCanRefresh: [change('refresh', 'registry: "local"')],
};
const ofRepository: Readonly<Record<string, readonly string[]>> = {
  viewerCanApplyRetention: ['mutation applyRetention'],
  viewerCanDelete: ['mutation deleteTags', 'mutation deleteRepository', 'mutation restoreTag'],
};
const ofJob = { viewerCanCancel: ['mutation cancelJob'] };

function change(name: string, input: string): string {
  return `mutation { ${name}(input: { ${input} }) { userErrors { code } } }`;
}

const cellOf = (who: Principal, repository: Cell['repository'] = subjects[0]): Cell => ({
  ...world.facts.get(repository)!,
  repository,
  who,
});

/** Whether none of the operations is refused for want of rights. */
async function isLet(operations: readonly string[], cell: Cell): Promise<boolean> {
  const { gateway, options } = world;
  const refused: boolean[] = [];
  for (const operation of operations) {
    const query = policy.find(({ name }) => name === operation)?.query?.(cell) ?? operation;
    refused.push((await codesOf(gateway, query, {}, options.get(cell.who.name))).includes('FORBIDDEN'));
  }
  expect(new Set(refused).size).toBe(1);
  return !refused[0];
}

async function ask(cell: Cell, place: string, fields: object): Promise<Record<string, boolean>> {
  const query = `{ ${place} { ${Object.keys(fields).join(' ')} } }`;
  const { body } = await world.gateway.graphql<Record<string, Record<string, boolean>>>(
    query,
    {},
    world.options.get(cell.who.name),
  );
  return Object.values(body.data!)[0]!;
}

test.each(known)('$name is told that they may do exactly what they are not refused', async (who) => {
  const check = async (place: string, fields: typeof ofViewer, cell = cellOf(who)): Promise<void> => {
    const told = await ask(cell, place, fields);
    const found: Record<string, boolean> = {};
    for (const [field, operations] of Object.entries(fields)) found[field] = await isLet(operations, cell);
    expect(told).toEqual(found);
  };
  await check('viewer', ofViewer);
  await check('registry(name: "local")', ofRegistry);
  const crawl = { ...cellOf(who), jobId: crawlId };
  if (who.roles.length > 0 || who.name === 'wide') await check(`job(id: "${crawlId}")`, ofJob, crawl);
  for (const repository of subjects) {
    const cell = cellOf(who, repository);
    if (!sees(cell)) continue;
    await check(`repository(registry: "local", name: "${repository}")`, ofRepository, cell);
    await check(`job(id: "${cell.jobId}")`, ofJob, cell);
  }
});

test('a registry with rules is detached by an admin alone, and says so', async () => {
  const [rw, admin] = ['rw', 'admin'].map((name) => principals.find((who) => who.name === name)!);
  const field = { viewerCanDetach: [] };
  const asAdmin = world.options.get('admin');
  for (const rule of [{ readOnly: true }, { rules: [{ tag: 'v*' }] }, { approvals: [{ above: 5 }] }]) {
    const none = { readOnly: false, rules: [], approvals: [] };
    await done(world.gateway, 'setProtection', { registry: 'local', ...none, ...rule }, 'registry { id }', asAdmin);
    expect(await ask(cellOf(rw!), 'registry(name: "local")', field)).toEqual({ viewerCanDetach: false });
    expect(await isLet([change('removeRegistry', 'registry: "local"')], cellOf(rw!))).toBe(false);
    expect(await ask(cellOf(admin!), 'registry(name: "local")', field)).toEqual({ viewerCanDetach: true });
  }
});

describe('preferences', () => {
  const fields =
    'theme density language pullTool pinnedRepositories { registry repository } savedViews { name path } version';
  const ask = async (name: string) => {
    const { body } = await world.gateway.graphql<{ viewer: { preferences: Record<string, unknown> | null } }>(
      `{ viewer { preferences { ${fields} } } }`,
      {},
      world.options.get(name),
    );
    return body.data!.viewer.preferences;
  };
  const set = async (name: string, input: object) => {
    const query = `mutation ($input: SetPreferencesInput!) { setPreferences(input: $input) { preferences { ${fields} }
      userErrors { __typename code message path } } }`;
    const { body } = await world.gateway.graphql<{
      setPreferences: { preferences: object | null; userErrors: object[] };
    }>(query, { input }, world.options.get(name));
    return body.data!.setPreferences;
  };
  const auditCount = async (): Promise<number> =>
    (
      await world.gateway.graphql<{ auditLog: { totalCount: number } }>(
        '{ auditLog { totalCount } }',
        {},
        world.options.get('admin'),
      )
    ).body.data!.auditLog.totalCount;

  test('who has an account keeps them, apart from everybody else, and without an entry in the audit log', async () => {
    const before = await auditCount();
    const none = { theme: 'SYSTEM', density: 'COMFORTABLE', language: null, pullTool: null };
    const lists = { pinnedRepositories: [], savedViews: [] };
    expect(await ask('ro')).toEqual({ ...none, ...lists, version: 0 });
    const pins = [{ registry: 'local', repository: 'team-a/app' }];
    const views = [{ name: 'Largest', path: '/repositories?sort=largest' }];
    const input = { theme: 'DARK', pullTool: 'SKOPEO', language: 'de', pinnedRepositories: pins, savedViews: views };
    const wanted = { ...none, ...input, version: 1 };
    expect(await set('ro', input)).toEqual({ preferences: wanted, userErrors: [] });
    // Left out, a field stays; null takes a choice back, and leaves a list as it is.
    const rest = { language: null, pinnedRepositories: null, density: 'COMPACT' };
    const changed = { ...wanted, language: null, density: 'COMPACT', version: 2 };
    expect(await set('ro', rest)).toEqual({ preferences: changed, userErrors: [] });
    expect(await ask('ro')).toEqual(changed);
    expect(await ask('reader')).toEqual({ ...none, ...lists, version: 0 });
    expect(await auditCount()).toBe(before);
  });

  test('of two tabs that both read one version, the second is told, and changes nothing', async () => {
    const { version } = (await ask('rw')) as { version: number };
    expect(await set('rw', { theme: 'DARK', expectedVersion: version })).toMatchObject({ userErrors: [] });
    expect(await set('rw', { theme: 'LIGHT', expectedVersion: version })).toEqual({
      preferences: null,
      userErrors: [
        {
          __typename: 'ChangedSinceReadError',
          code: 'CHANGED_SINCE_READ',
          message: expect.stringMatching(/of version 1, and no longer of 0: nothing was changed\. Read them/),
          path: ['input', 'expectedVersion'],
        },
      ],
    });
    expect(await ask('rw')).toMatchObject({ theme: 'DARK', version: version + 1 });
  });

  test('a service key and an API token have none, and are told why', async () => {
    const { secret } = await done<{ secret: string }>(
      world.gateway,
      'createToken',
      { label: 'ci', roles: ['REGISTRIES_READ'] },
      'secret',
      world.options.get('rw'),
    );
    const asToken = { access: `rw:${secret}` };
    const { body } = await world.gateway.graphql('{ viewer { preferences { theme } } }', {}, asToken);
    expect(body).toMatchObject({ data: { viewer: { preferences: null } } });
    expect(body.errors).toBeUndefined();
    const mutation = 'mutation { setPreferences(input: { theme: DARK }) { userErrors { code } } }';
    expect(await codesOf(world.gateway, mutation, {}, asToken)).toEqual(['FORBIDDEN']);
    expect(await ask('admin key')).toBeNull();
    expect(await set('admin key', { theme: 'DARK' })).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
    expect(await set('none', { theme: 'DARK' })).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
  });
});
