import { isAllowed } from '../../src/catalogue/access.js';
import type { Role } from '../../src/domain/account.js';
import { parseRepositoryGlob } from '../../src/domain/glob.js';
import { grantsRight, type Right } from '../../src/domain/grant.js';
import type { RepositoryName } from '../../src/domain/name.js';
import { encodeNodeId } from '../../src/graphql/nodeid.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { adminPassword, type RequestOptions, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createKey, createPersonWith, done, logIn } from './principals.js';

/** Who asks, and with what rights. */
export interface Principal {
  readonly name: string;
  readonly roles: readonly Role[];
  /** In the registry `local`; null: no grant. */
  readonly grant: { readonly right: Right; readonly pattern: string } | null;
  /** A service key speaks for itself, and what is sent by who is refused counts for nothing. */
  readonly kind: 'account' | 'key' | 'refused';
}

const principal = (
  name: string,
  roles: readonly Role[],
  grant: readonly [Right, string] | null = null,
  kind: Principal['kind'] = 'account',
): Principal => ({ name, roles, grant: grant && { right: grant[0], pattern: grant[1] }, kind });

export const principals: readonly Principal[] = [
  principal('anonymous', [], null, 'refused'),
  principal('disabled', [], null, 'refused'),
  principal('expired', [], null, 'refused'),
  principal("other's token", [], null, 'refused'),
  principal('ro', ['registries:ro']),
  principal('rw', ['registries:rw']),
  principal('admin', ['admin']),
  principal('none', []),
  principal('reader', [], ['READ', 'team-a/*']),
  principal('deleter', [], ['DELETE', 'team-a/*']),
  principal('retainer', [], ['RETAIN', 'team-a/*']),
  principal('elsewhere', [], ['RETAIN', 'other/*']),
  principal('wide', [], ['DELETE', '*']),
  principal('ro-deleter', ['registries:ro'], ['DELETE', 'team-a/*']),
  principal('deleter key', [], ['DELETE', 'team-a/*'], 'key'),
  principal('admin key', ['admin'], null, 'key'),
];

/** The repository that an operation is about; the last has an image that a repository of others has too. */
export const subjects = ['team-a/app', 'team-b/app', 'team-a/shared'] as const;
export type Subject = (typeof subjects)[number];

/** One operation tried by somebody on something. */
export interface Cell extends SubjectFacts {
  readonly who: Principal;
  readonly repository: Subject;
}

export interface SubjectFacts {
  readonly registryId: string;
  readonly digest: string;
  /** Of the tag `gone`, which was deleted. */
  readonly goneDigest: string;
  /** That deleted it. */
  readonly jobId: string;
  readonly tagId: string;
  readonly repositoryId: string;
  readonly imageId: string;
}

export interface PolicyWorld extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly facts: ReadonlyMap<Subject, SubjectFacts>;
  readonly options: ReadonlyMap<string, RequestOptions>;
}

const registryId = 'any';

/** Whether grants alone let anybody read. */
const doGrantsRead = isAllowed(
  {
    accountId: '',
    username: 'x',
    roles: [],
    grants: [{ registryId, repositories: parseRepositoryGlob('*'), right: 'READ' }],
  },
  'read',
);

/** What a cell is to be answered: by the grants, whatever the gateway makes of them. */
export function may(right: Right, { who, repository }: Pick<Cell, 'who' | 'repository'>): boolean {
  if (who.grant === null) return false;
  const grant = { registryId, repositories: parseRepositoryGlob(who.grant.pattern), right: who.grant.right };
  return grantsRight([grant], right, registryId, repository as RepositoryName);
}

export function reads({ roles, grant }: Principal): boolean {
  return roles.length > 0 || (doGrantsRead && grant !== null);
}

export function sees(cell: Pick<Cell, 'who' | 'repository'>): boolean {
  return cell.who.roles.length > 0 || (doGrantsRead && may('READ', cell));
}

export async function openPolicyWorld(): Promise<PolicyWorld> {
  const registry = await createMemoryRegistry();
  const images = new Map<Subject, ReturnType<typeof buildImage>>();
  for (const repository of [...subjects, 'team-b/shared'] as const) {
    const label = repository.endsWith('shared') ? 'shared' : repository;
    const image = buildImage({ labels: { of: label } });
    seed(registry.store, repository, 'v1', image);
    if (repository === 'team-b/shared') continue;
    images.set(repository, image);
    seed(registry.store, repository, 'gone', buildImage({ labels: { gone: label } }));
  }
  const gateway = await startGateway();
  await gateway.attach('local', registry.url);
  await gateway.crawl('local');
  const options = await createOptions(gateway);
  const admin = options.get('admin')!;
  const facts = new Map<Subject, SubjectFacts>();
  for (const [repository, image] of images) facts.set(repository, await findFacts(gateway, admin, repository, image));
  return { gateway, facts, options, [Symbol.asyncDispose]: () => close(gateway, registry) };
}

async function close(gateway: TestGateway, registry: MemoryRegistry): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
}

async function createOptions(gateway: TestGateway): Promise<Map<string, RequestOptions>> {
  const expired = await createPersonWith(gateway, {}, 'expired', ['admin']);
  gateway.wait(2 * 86_400);
  const admin = { access: await logIn(gateway, 'admin', adminPassword) };
  const options = new Map<string, RequestOptions>([
    ['anonymous', { access: null }],
    ['expired', expired],
    ['admin', admin],
  ]);
  for (const { name, roles, grant, kind } of principals) {
    if (kind !== 'account' || name === 'admin') continue;
    options.set(name, await createPersonWith(gateway, admin, name, roles));
    if (!grant) continue;
    const { right, pattern } = grant;
    const input = { account: name, registry: 'local', repositories: pattern, right };
    await done(gateway, 'grantAccess', input, 'grant { id }', admin);
  }
  options.set('disabled', await createPersonWith(gateway, admin, 'disabled', ['admin']));
  await done(gateway, 'updateAccount', { username: 'disabled', disabled: true }, 'endedTokens', admin);
  options.set("other's token", { access: `admin:${options.get('ro')!.access!.split(':')[1]}` });
  for (const name of ['deleter', 'admin'])
    options.set(`${name} key`, {
      access: null,
      headers: { 'x-service-key': await createKey(gateway, options.get(name)!) },
    });
  return options;
}

async function findFacts(
  gateway: TestGateway,
  admin: RequestOptions,
  repository: Subject,
  image: ReturnType<typeof buildImage>,
): Promise<SubjectFacts> {
  const query = `query ($name: String!) { repository(registry: "local", name: $name)
    { registry { id } tag(name: "gone") { digest } } }`;
  const { body } = await gateway.graphql<{ repository: { registry: { id: string }; tag: { digest: string } } }>(
    query,
    { name: repository },
    admin,
  );
  const { registry, tag } = body.data!.repository;
  const target = { registry: 'local', repository, tags: ['gone'] };
  const { job } = await done<{ job: { id: string } }>(gateway, 'deleteTags', target, 'job { id }', admin);
  const { digest } = image;
  return {
    registryId: registry.id,
    digest,
    goneDigest: tag.digest,
    jobId: job.id,
    ...createIds(registry.id, repository as string as RepositoryName, digest),
  };
}

function createIds(id: string, name: RepositoryName, digest: string) {
  return {
    tagId: encodeNodeId({ type: 'Tag', registryId: id, repository: name, name: 'v1' as never }),
    repositoryId: encodeNodeId({ type: 'Repository', registryId: id, name }),
    imageId: encodeNodeId({ type: 'Image', digest: digest as never }),
  };
}
