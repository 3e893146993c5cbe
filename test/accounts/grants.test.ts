import { startGateway, type RequestOptions, type TestGateway } from '../support/worlds/gateway.js';
import { codesOf, createPerson, done } from './principals.js';

interface ShownGrant {
  readonly id: string;
  readonly repositories: string;
  readonly right: string;
}

const everywhere = { registry: '*', right: 'READ' };
const grantFields = 'grant { id allRegistries registry { name } repositories right givenBy }';

async function give(gateway: TestGateway, input: Record<string, unknown>): Promise<ShownGrant> {
  return (await done<{ grant: ShownGrant }>(gateway, 'grantAccess', input, grantFields)).grant;
}

/** As `registry:pattern:right`. */
async function heldBy(gateway: TestGateway, options: RequestOptions): Promise<readonly string[]> {
  const query = '{ viewer { grants { allRegistries registry { name } repositories right } } }';
  const { body } = await gateway.graphql<{
    viewer: { grants: { registry: { name: string } | null; repositories: string; right: string }[] } | null;
  }>(query, {}, options);
  const grants = body.data?.viewer?.grants ?? [];
  return grants.map(({ registry, repositories, right }) => `${registry?.name ?? '*'}:${repositories}:${right}`);
}

describe('grants over GraphQL', () => {
  let gateway: TestGateway;
  let ann: RequestOptions;

  beforeEach(async () => {
    gateway = await startGateway();
    ann = await createPerson(gateway, 'ann', 'registries:ro');
  });
  afterEach(() => gateway[Symbol.asyncDispose]());

  test('an admin gives an account and a team rights, and takes them back: each counts on the next request', async () => {
    const grant = await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*', right: 'DELETE' });
    expect(grant).toEqual({
      id: grant.id,
      allRegistries: true,
      registry: null,
      repositories: 'a/*',
      right: 'DELETE',
      givenBy: 'admin',
    });
    await done(gateway, 'createTeam', { name: 'builders', members: ['ann'] }, 'team { members }');
    await give(gateway, { team: 'builders', ...everywhere, repositories: 'b/*' });
    expect(await heldBy(gateway, ann)).toEqual(['*:a/*:DELETE', '*:b/*:READ']);
    await done(gateway, 'revokeGrant', { id: grant.id }, grantFields);
    expect(await heldBy(gateway, ann)).toEqual(['*:b/*:READ']);
    await done(gateway, 'updateTeam', { name: 'builders', removeMembers: ['ann'] }, 'team { members }');
    expect(await heldBy(gateway, ann)).toEqual([]);
  });

  test('an account shows its own grants and teams, and a team its members and what it was given', async () => {
    await done(gateway, 'createTeam', { name: 'builders', members: ['ann'], description: 'CI' }, 'team { id }');
    await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*' });
    await give(gateway, { team: 'builders', ...everywhere, repositories: 'b/*' });
    const own = '{ account(username: "ann") { teams grants { repositories } } }';
    expect((await gateway.graphql(own, {}, ann)).body.data).toEqual({
      account: { teams: ['builders'], grants: [{ repositories: 'a/*' }] },
    });
    const teams = '{ teams { totalCount nodes { name description members grants { repositories } } } }';
    const shown = { name: 'builders', description: 'CI', members: ['ann'], grants: [{ repositories: 'b/*' }] };
    expect((await gateway.graphql(teams)).body.data).toEqual({ teams: { totalCount: 1, nodes: [shown] } });
    await done(gateway, 'deleteTeam', { name: 'builders' }, 'deletedName');
    expect(await codesOf(gateway, '{ team(name: "builders") { id } }')).toEqual(['NOT_FOUND']);
    expect(await heldBy(gateway, ann)).toEqual(['*:a/*:READ']);
  });

  test('a token is made with grants within what whoever asks has, and with no others', async () => {
    await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*', right: 'DELETE' });
    const make = (grants: object[], roles?: string[]) =>
      done<{ secret: string; token: { grants: ShownGrant[]; roles: string[] } }>(
        gateway,
        'createToken',
        { grants, ...(roles && { roles }) },
        'secret token { roles grants { repositories right givenBy } }',
        ann,
      );
    const { token } = await make([{ ...everywhere, repositories: 'a/b', right: 'DELETE' }]);
    expect(token).toEqual({ roles: [], grants: [{ repositories: 'a/b', right: 'DELETE', givenBy: 'ann' }] });
    // By the role that reads.
    expect((await make([{ ...everywhere, repositories: 'z/*' }])).token.grants).toHaveLength(1);
    const refused = async (grant: object) =>
      codesOf(
        gateway,
        'mutation ($input: CreateTokenInput!) { createToken(input: $input) { secret userErrors { code } } }',
        { input: { grants: [grant] } },
        ann,
      );
    expect(await refused({ ...everywhere, repositories: 'a/*', right: 'RETAIN' })).toEqual(['FORBIDDEN']);
    expect(await refused({ ...everywhere, repositories: 'z/*', right: 'DELETE' })).toEqual(['FORBIDDEN']);
    expect(await refused({ ...everywhere, registry: 'none', repositories: 'a/*' })).toEqual(['NOT_FOUND']);
    expect(await refused({ ...everywhere, repositories: 'A' })).toEqual(['BAD_USER_INPUT']);
  });

  test('a token that says nothing has the roles and grants of whoever asks, and loses the grants with its account', async () => {
    const grant = await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*', right: 'DELETE' });
    const { secret } = await done<{ secret: string }>(gateway, 'createToken', {}, 'secret', ann);
    const key = await done<{ secret: string }>(
      gateway,
      'createToken',
      { kind: 'SERVICE_KEY', roles: ['REGISTRIES_READ'] },
      'secret',
      ann,
    );
    const token = { access: `ann:${secret}` };
    expect(await heldBy(gateway, token)).toEqual(['*:a/*:DELETE']);
    expect(await heldBy(gateway, { access: null, headers: { 'x-service-key': key.secret } })).toEqual([]);
    await done(gateway, 'revokeGrant', { id: grant.id }, 'grant { id }');
    // Of its grant the role that reads is left.
    expect(await heldBy(gateway, token)).toEqual(['*:a/*:READ']);
    await done(gateway, 'updateAccount', { username: 'ann', roles: [] }, 'account { id }');
    expect(await codesOf(gateway, '{ viewer { username } }', {}, token)).toEqual(['FORBIDDEN']);
  });

  test('a narrowed token is told of its account what it has itself, and one with all of it is told all', async () => {
    await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*', right: 'DELETE' });
    await give(gateway, { account: 'ann', ...everywhere, repositories: 'c' });
    await done(gateway, 'createTeam', { name: 'builders', members: ['ann'] }, 'team { id }');
    await give(gateway, { team: 'builders', ...everywhere, repositories: 'secret/*', right: 'RETAIN' });
    const told = async (options: RequestOptions) => {
      const query = '{ account(username: "ann") { roles teams grants { repositories } } }';
      return (await gateway.graphql<{ account: unknown }>(query, {}, options)).body.data?.account;
    };
    const all = {
      roles: ['REGISTRIES_READ'],
      teams: ['builders'],
      grants: [{ repositories: 'a/*' }, { repositories: 'c' }],
    };
    expect(await told(ann)).toEqual(all);
    expect(await told({})).toEqual(all);
    const make = async (input: object): Promise<RequestOptions> => {
      const { secret } = await done<{ secret: string }>(gateway, 'createToken', { ...input }, 'secret', ann);
      return { access: `ann:${secret}` };
    };
    expect(await told(await make({}))).toEqual(all);
    const ofRoles = await make({ roles: ['REGISTRIES_READ'] });
    expect(await told(ofRoles)).toEqual({ ...all, teams: [], grants: [{ repositories: 'c' }] });
    const ofPlace = await make({ grants: [{ ...everywhere, repositories: 'a/*', right: 'DELETE' }] });
    expect(await told(ofPlace)).toEqual({ roles: [], teams: [], grants: [{ repositories: 'a/*' }] });
  });

  test('a lesser token sees and ends none that has a grant beyond it', async () => {
    await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*', right: 'DELETE' });
    const make = (input: object) =>
      done<{ secret: string; token: { id: string } }>(gateway, 'createToken', { ...input }, 'secret token { id }', ann);
    const greater = await make({ grants: [{ ...everywhere, repositories: 'a/b', right: 'DELETE' }] });
    const same = await make({ roles: ['REGISTRIES_READ'] });
    const lesser = await make({ roles: ['REGISTRIES_READ'] });
    const options = { access: `ann:${lesser.secret}` };
    const { body } = await gateway.graphql<{ tokens: { nodes: { id: string }[] } }>(
      '{ tokens { nodes { id } } }',
      {},
      options,
    );
    expect(body.data?.tokens.nodes.map(({ id }) => id).toSorted()).toEqual([same.token.id, lesser.token.id].toSorted());
    const end = 'mutation ($id: ID!) { revokeToken(input: { id: $id }) { userErrors { code } } }';
    expect(await codesOf(gateway, end, { id: greater.token.id }, options)).toEqual(['NOT_FOUND']);
    expect(await codesOf(gateway, end, { id: same.token.id }, options)).toEqual([]);
  });

  test('who gave which right to whom stands in the audit log, and so does who tried to', async () => {
    const grant = await give(gateway, { account: 'ann', ...everywhere, repositories: 'a/*' });
    await done(gateway, 'revokeGrant', { id: grant.id }, 'grant { id }');
    const asAnn = 'mutation ($input: GrantAccessInput!) { grantAccess(input: $input) { userErrors { code } } }';
    const input = { account: 'ann', ...everywhere, repositories: '*', right: 'RETAIN' };
    expect(await codesOf(gateway, asAnn, { input }, ann)).toEqual(['FORBIDDEN']);
    const { body } = await gateway.graphql<{ auditLog: { nodes: object[] } }>(
      '{ auditLog(first: 3) { nodes { actor action outcome code details } } }',
    );
    const place = { registryId: null, repositories: 'a/*', right: 'READ' };
    expect(body.data?.auditLog.nodes).toEqual([
      {
        actor: 'ann',
        action: 'grantAccess',
        outcome: 'REFUSED',
        code: 'FORBIDDEN',
        details: { account: 'ann', registry: '"*"', repositories: '"*"', right: 'RETAIN' },
      },
      {
        actor: 'admin',
        action: 'revokeGrant',
        outcome: 'DONE',
        code: null,
        details: { grantId: grant.id, account: 'ann', ...place },
      },
      {
        actor: 'admin',
        action: 'grantAccess',
        outcome: 'DONE',
        code: null,
        details: { grantId: grant.id, account: 'ann', ...place },
      },
    ]);
  });

  test.each([
    [{ account: 'ann', team: 'builders', ...everywhere, repositories: '*' }, 'BAD_USER_INPUT'],
    [{ ...everywhere, repositories: '*' }, 'BAD_USER_INPUT'],
    [{ account: 'ann', ...everywhere, registry: '', repositories: '*' }, 'BAD_USER_INPUT'],
    [{ account: 'ann', ...everywhere, repositories: 'a//b' }, 'BAD_USER_INPUT'],
    [{ account: 'Ann Other', ...everywhere, repositories: '*' }, 'BAD_USER_INPUT'],
    [{ account: 'zoe', ...everywhere, repositories: '*' }, 'NOT_FOUND'],
    [{ account: 'ann', ...everywhere, registry: 'none', repositories: '*' }, 'NOT_FOUND'],
  ])('%j is refused: %s', async (input, code) => {
    const query = 'mutation ($input: GrantAccessInput!) { grantAccess(input: $input) { userErrors { code } } }';
    expect(await codesOf(gateway, query, { input })).toEqual([code]);
  });
});
