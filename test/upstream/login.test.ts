import type { ServerResponse } from 'node:http';
import type { RepositoryName } from '../../src/domain/name.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { attach, catchFacts, listen, type Attach, type Wire } from './wire.js';

const alice = { username: 'alice', password: 'canary-pa55' };
const right = `Basic ${Buffer.from('alice:canary-pa55').toString('base64')}`;
const name = 'team/app' as RepositoryName;
const opened: { close(): unknown }[] = [];

/** What a registry of a few lines does with one request to `/v2/…`. */
type Policy = (
  path: string,
  authorization: string,
  challenge: (header: string, status?: number) => void,
  answer: (status: number, body?: object) => void,
) => void;

/**
 * A registry with a token server under `/token`, which tells in a token what it was asked for: `t` and the scopes in
 * base64url.
 */
async function open(
  policy: Policy,
  settings: Attach = { credentials: alice },
  refuse: (scopes: readonly string[]) => number = () => 200,
): Promise<{ wire: Wire; upstream: Upstream }> {
  const wire = await listen((request, response, url) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const authorization = request.headers.authorization ?? '';
    if (pathname === '/token') return giveToken(searchParams.getAll('scope'), authorization, response, refuse);
    const answer = (status: number, body: object = {}): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const challenge = (header: string, status = 401): void =>
      void response.writeHead(status, { 'www-authenticate': header.replaceAll('REALM', `${url}/token`) }).end();
    return policy(pathname, authorization, challenge, answer);
  });
  const upstream = attach(wire.url, settings);
  opened.push(wire, upstream);
  return { wire, upstream };
}

function giveToken(
  scopes: readonly string[],
  authorization: string,
  response: ServerResponse,
  refuse: (scopes: readonly string[]) => number,
): void {
  const status = authorization !== '' && authorization !== right ? 401 : refuse(scopes);
  response
    .writeHead(status)
    .end(JSON.stringify({ token: `t${Buffer.from(scopes.join(' ')).toString('base64url')}`, expires_in: 300 }));
}

function scopesOf(authorization: string): string[] {
  const [, text] = /^Bearer t(.*)$/.exec(authorization) ?? [];
  return text === undefined ? [] : Buffer.from(text, 'base64url').toString().split(' ').filter(Boolean);
}

const tokensOf = ({ seen }: Wire): string[][] =>
  seen
    .filter(({ path }) => path.startsWith('/token'))
    .map(({ path }) => new URLSearchParams(path.split('?')[1]).getAll('scope'));
const catalogue = { repositories: ['team/app'] };

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Wants this scope for its catalogue, and says so there only. */
const wants =
  (scope: string, said = scope, error = ''): Policy =>
  (path, authorization, challenge, answer) => {
    if (path === '/v2/') return authorization ? answer(200) : challenge('Bearer realm="REALM",service="s"');
    const has = scopesOf(authorization);
    return scope.split(' ').every((each) => has.includes(each))
      ? answer(200, catalogue)
      : challenge(`Bearer realm="REALM",service="s"${said && `,scope="${said}"`}${error}`);
  };

describe('a challenge is answered with the scope it names', () => {
  test.each([
    ['zot, which reads from no repository', 'repository::pull', 'repository::pull'],
    ['two scopes', 'registry:catalog:* repository::pull', 'registry:catalog:* repository::pull'],
    ['one of which is another repository', 'repository::pull', 'repository:secret/x:pull repository::pull'],
    ['an insufficient scope', 'repository::pull', 'repository::pull', ',error="insufficient_scope"'],
  ])('%s', async (_what, scope, said, error = '') => {
    const { wire, upstream } = await open(wants(scope, said, error));
    expect((await upstream.listRepositories()).names).toEqual(['team/app']);
    expect(tokensOf(wire)).toEqual([['registry:catalog:*'], scope.split(' ')]);
    await upstream.listRepositories();
    expect(tokensOf(wire)).toHaveLength(2);
  });

  test('a challenge is answered with the scope it names by a stranger too, in one token request', async () => {
    const { wire, upstream } = await open(wants('repository::pull'), {});
    expect((await upstream.listRepositories()).names).toEqual(['team/app']);
    expect(tokensOf(wire)).toEqual([['repository::pull']]);
  });

  test('a 403 that says insufficient_scope is a challenge, and another 403 is none', async () => {
    const policy =
      (error: string): Policy =>
      (path, authorization, challenge, answer) => {
        if (path === '/v2/') return authorization ? answer(200) : challenge('Bearer realm="REALM"');
        return scopesOf(authorization).includes('repository::pull')
          ? answer(200, catalogue)
          : challenge(`Bearer realm="REALM",scope="repository::pull"${error}`, 403);
      };
    const told = await open(policy(',error="insufficient_scope"'));
    expect((await told.upstream.listRepositories()).names).toEqual(['team/app']);
    const plain = await open(policy(''));
    expect(await catchFacts(plain.upstream.listRepositories())).toMatchObject({ upstreamStatus: 403 });
    expect(tokensOf(plain.wire)).toEqual([['registry:catalog:*']]);
  });

  test.each([
    ['another repository', 'repository:secret/x:pull'],
    ['all repositories', 'repository:*:pull'],
    ['a write', 'repository::pull,push'],
    ['nothing', ''],
  ])('never with %s, and then it is a failure after one token', async (_what, scope) => {
    const { wire, upstream } = await open(wants(scope || 'repository:any:pull', scope));
    expect(await catchFacts(upstream.listRepositories())).toMatchObject({
      code: 'UPSTREAM_UNSUPPORTED',
      upstreamStatus: 401,
    });
    expect(new Set(tokensOf(wire).flat())).toEqual(new Set(['registry:catalog:*']));
    expect(tokensOf(wire).length).toBeLessThanOrEqual(2);
  });

  test('what is needed is asked for where what was named does not do, or its token server refuses it', async () => {
    const misled = await open(wants('registry:catalog:*', 'repository::pull'), {});
    expect((await misled.upstream.listRepositories()).names).toEqual(['team/app']);
    expect(tokensOf(misled.wire)).toEqual([['repository::pull'], ['registry:catalog:*']]);
    const refused = await open(wants('registry:catalog:*', 'repository::pull'), {}, (scopes) =>
      scopes.includes('repository::pull') ? 400 : 200,
    );
    expect((await refused.upstream.listRepositories()).names).toEqual(['team/app']);
  });

  test('a registry that names another scope each time is asked twice', async () => {
    let n = 0;
    const { wire, upstream } = await open(
      (path, _authorization, challenge, answer) =>
        path === '/v2/' ? answer(200) : challenge(`Bearer realm="REALM",scope="repository:_${n++}:pull"`),
      {},
    );
    expect(await catchFacts(upstream.listRepositories())).toMatchObject({ code: 'UPSTREAM_UNSUPPORTED' });
    expect(tokensOf(wire)).toHaveLength(2);
  });
});

describe('Basic and Bearer offered together', () => {
  const both =
    (realm: string): Policy =>
    (_path, authorization, challenge, answer) =>
      authorization === right || authorization.startsWith('Bearer t')
        ? answer(200, catalogue)
        : challenge(`Basic realm="r", Bearer realm="${realm}",service="s"`);

  test('Basic and Bearer offered together are answered with a token', async () => {
    const { wire, upstream } = await open(both('REALM'));
    await upstream.listRepositories();
    expect(wire.seen.filter(({ path, headers }) => path.startsWith('/v2') && headers.authorization === right)).toEqual(
      [],
    );
  });

  test('Basic and Bearer offered together are answered with the password where a token does not do', async () => {
    const { wire, upstream } = await open((_path, authorization, challenge, answer) =>
      authorization === right ? answer(200, catalogue) : challenge('Basic realm="r", Bearer realm="REALM",service="s"'),
    );
    expect((await upstream.listRepositories()).names).toEqual(['team/app']);
    expect(tokensOf(wire)).toEqual([['registry:catalog:*'], ['registry:catalog:*']]);
  });
});

describe('credentials are used, and proved, where strangers are let in', () => {
  /** Anybody may ping and read; what sends a password is judged by it, or not. */
  const openTo =
    (judges: boolean): Policy =>
    (path, authorization, challenge, answer) => {
      if (judges && authorization && authorization !== right) return challenge('Basic realm="r"');
      if (path.includes('/tags/list') && !path.includes('team/app'))
        return answer(404, { errors: [{ code: 'NAME_UNKNOWN' }] });
      return answer(
        200,
        path.endsWith('_catalog')
          ? catalogue
          : { name: 'team/app', tags: authorization === right ? ['public', 'secret'] : ['public'] },
      );
    };
  const bearer: Policy = (path, authorization, challenge, answer) => {
    if (path === '/v2/') return answer(200);
    return authorization.startsWith('Bearer ')
      ? answer(200, { tags: ['v1'] })
      : challenge('Bearer realm="REALM",service="s"');
  };
  const basic: Policy = (path, authorization, challenge, answer) => {
    if (path === '/v2/' || authorization === right) return answer(200, { tags: ['v1'] });
    return challenge('Basic realm="r"');
  };
  const closed: Policy = (path, authorization, challenge, answer) =>
    authorization === right ? answer(path === '/v2/' ? 200 : 404) : challenge('Basic realm="r"');

  test.each([
    ['its ping is open, and the rest wants a token', bearer, true, 'UPSTREAM_AUTH'],
    ['its ping is open, and the rest wants a password', basic, true, 'UPSTREAM_AUTH'],
    ['everything is open, and passwords that are sent are judged', openTo(true), true, 'UPSTREAM_AUTH'],
    ['everything is open, and passwords are ignored', openTo(false), null, null],
    ['nothing is open', closed, true, 'UPSTREAM_AUTH'],
  ])('%s', async (_what, policy, proved, code) => {
    const good = await open(policy);
    await good.upstream.ping();
    expect(await good.upstream.proveCredentials()).toBe(proved);
    const bad = await open(policy, { credentials: { username: 'alice', password: 'wrong' } });
    const ping = async (): Promise<unknown> => (await bad.upstream.ping(), bad.upstream.proveCredentials());
    const facts = await catchFacts(ping());
    expect(facts).toMatchObject(code === null ? { returned: null } : { code, registry: 'test', upstreamStatus: 401 });
    expect(JSON.stringify(facts)).not.toContain('wrong');
  });

  test('the first read of a new client sees what only its account may see', async () => {
    const { wire, upstream } = await open(openTo(true));
    expect((await upstream.listTags(name)).names).toEqual(['public', 'secret']);
    expect(wire.seen.map(({ headers }) => headers.authorization === right)).toEqual([false, false, true]);
    await upstream.listTags(name);
    expect(wire.seen).toHaveLength(4);
  });

  test('without credentials nothing is looked for, and nothing has to be proved', async () => {
    const { wire, upstream } = await open(openTo(true), {});
    expect([(await upstream.listTags(name)).names, await upstream.proveCredentials()]).toEqual([['public'], true]);
    expect(wire.seen).toHaveLength(1);
  });

  test('a password whose logins go over https is not sent over http unasked', async () => {
    const { wire, upstream } = await open(openTo(false), {
      credentials: alice,
      authRealm: 'https://auth.example/token',
    });
    await upstream.ping();
    expect([await upstream.proveCredentials(), (await upstream.listTags(name)).names]).toEqual([null, ['public']]);
    expect(wire.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test('a registry that is sick when it is first asked is asked again', async () => {
    let sick = true;
    const { upstream } = await open((path, authorization, challenge, answer) =>
      sick ? answer(500) : openTo(true)(path, authorization, challenge, answer),
    );
    expect(await catchFacts(upstream.listTags(name))).toMatchObject({ code: 'UPSTREAM_ERROR' });
    sick = false;
    expect((await upstream.listTags(name)).names).toEqual(['public', 'secret']);
  });
});

describe('a failure names the host that failed', () => {
  test('the token server, on another host', async () => {
    const dead = await listen(() => undefined);
    await dead.close();
    const realm = `http://localhost:${dead.port}/token`;
    const { upstream } = await open((_path, _authorization, challenge) => challenge(`Bearer realm="${realm}"`), {
      credentials: alice,
      authRealm: realm,
    });
    expect(await catchFacts(upstream.ping())).toMatchObject({
      code: 'UPSTREAM_UNREACHABLE',
      message:
        `localhost:${dead.port}, where registry test sends its clients, cannot be reached for a token for ` +
        'the ping: nothing listens at its address.',
      registry: 'test',
      host: `localhost:${dead.port}`,
    });
  });
});
