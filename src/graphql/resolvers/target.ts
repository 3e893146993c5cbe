import type { Attempt } from '../../catalogue/audit.js';
import { maxTags } from '../../catalogue/delete/selection.js';
import type { RepositorySource } from '../../catalogue/sync/reading.js';
import { isRegistryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId, type NodeId } from '../nodeid.js';

/** An input says in these fields which thing it is about. One that is null is one that is not given. */
export interface TargetInput {
  readonly id?: string | null;
  readonly ids?: readonly string[] | null;
  readonly registry?: string | null;
  readonly repository?: string | null;
  readonly tag?: string | null;
  readonly tags?: readonly string[] | null;
}

/** The thing that is meant. Its names are as the caller wrote them, and not checked. */
export interface RegistryTarget {
  /** By `id` it is that registry and no other; by `name` what is attached under that name, or has it as its UUID. */
  readonly registry: { readonly id: string } | { readonly name: string };
}

export interface RepositoryTarget extends RegistryTarget {
  readonly repository: string;
}

/** A registry, where `repository` is null; else the repository. */
export interface PlaceTarget extends RegistryTarget {
  readonly repository: string | null;
}

export interface TagTarget extends RepositoryTarget {
  readonly tag: string;
}

export interface TagsTarget extends RepositoryTarget {
  readonly tags: readonly string[];
}

/** Reads which registry is meant. Throws BAD_USER_INPUT unless that is said in one way, and whole. */
export function readRegistryTarget(input: TargetInput): RegistryTarget {
  // A text that no registry can have as its name, or that is no id of anything, is one that none is attached as.
  if (!isById(input, ['registry'])) {
    const name = input.registry!;
    return { registry: isRegistryName(name) ? { name } : { id: name } };
  }
  return decodeNodeId(input.id!) ? readId(input.id!, ['Registry'], 'id') : { registry: { id: input.id! } };
}

/** Reads which registry is meant, or which repository of it. Throws as `readRegistryTarget`. */
export function readPlaceTarget(input: TargetInput): PlaceTarget {
  if (isById(input, ['registry'], 'repository')) return readId(input.id!, ['Registry', 'Repository'], 'id');
  return { registry: { name: input.registry! }, repository: input.repository ?? null };
}

/** Reads which repository is meant. Throws as `readRegistryTarget`. */
export function readRepositoryTarget(input: TargetInput): RepositoryTarget {
  if (!isById(input, ['registry', 'repository']))
    return { registry: { name: input.registry! }, repository: input.repository! };
  const { registry, repository } = readId(input.id!, ['Repository'], 'id');
  return { registry, repository: repository! };
}

/** Reads which tag is meant. Throws as `readRegistryTarget`. */
export function readTagTarget(input: TargetInput): TagTarget {
  if (isById(input, ['registry', 'repository', 'tag'])) return readTagId(input.id!, 'id');
  return { registry: { name: input.registry! }, repository: input.repository!, tag: input.tag! };
}

/** Reads which tags are meant. Throws as `readRegistryTarget`, and where `ids` are of several repositories. */
export function readTagsTarget(input: TargetInput): TagsTarget {
  const { ids } = input;
  if (!isById(input, ['registry', 'repository', 'tags']))
    return { registry: { name: input.registry! }, repository: input.repository!, tags: input.tags! };
  if (ids!.length === 0 || ids!.length > maxTags)
    throw badInput(`"ids" takes 1 to ${maxTags} ids, got ${ids!.length}.`, 'input', 'ids');
  const [first, ...rest] = ids!.map((id, at) => readTagId(id, 'ids', String(at)));
  const { registry, repository } = first!;
  const other = rest.findIndex((one) => one.registry.id !== registry.id || one.repository !== repository);
  if (other >= 0)
    throw badInput(
      'All "ids" must be of tags in one repository: delete those of another one by themselves.',
      'input',
      'ids',
      String(other + 1),
    );
  return { registry, repository, tags: [first!, ...rest].map(({ tag }) => tag) };
}

/** Finds the registry that is meant. Throws NOT_FOUND. */
export function findRegistry({ request, browsing }: Context, { registry }: RegistryTarget): Promise<Registry> {
  return 'id' in registry
    ? browsing.registries.findById(request, registry.id)
    : browsing.registries.find(request, registry.name);
}

/** Finds the repository that is meant, and its registry. Throws NOT_FOUND. */
export async function findRepositorySource(context: Context, target: RepositoryTarget): Promise<RepositorySource> {
  const { request, browsing } = context;
  const registry = await findRegistry(context, target);
  return { registry, repository: await browsing.repositories.find(request, registry, target.repository) };
}

/** As `findRepositorySource`, of the index as it is: for a plan, which asks the registry for what decides it. */
export async function findIndexedSource(context: Context, target: RepositoryTarget): Promise<RepositorySource> {
  const { request, browsing } = context;
  const registry = await findRegistry(context, target);
  return { registry, repository: await browsing.repositories.findIndexed(request, registry, target.repository) };
}

/** Of an input that may be wrong, what the audit log says that it is about. */
export function describeTarget(input: TargetInput): Pick<Attempt, 'registry' | 'repository' | 'tags'> {
  const ids = input.ids?.slice(0, maxTags) ?? (isGiven(input.id) ? [input.id] : []);
  const nodes = ids.flatMap((id) => decodeNodeId(id) ?? []);
  const node = nodes[0];
  if (node && 'registryId' in node) {
    const repository = node.type === 'Repository' ? node.name : node.type === 'Tag' ? node.repository : undefined;
    return {
      registry: node.registryId,
      repository,
      tags: nodes.flatMap((one) => (one.type === 'Tag' ? one.name : [])),
    };
  }
  return {
    registry: input.registry ?? ids[0],
    repository: input.repository ?? undefined,
    tags: input.tags ?? (isGiven(input.tag) ? [input.tag] : undefined),
  };
}

type Name = 'registry' | 'repository' | 'tag' | 'tags';
type Kind = Exclude<NodeId['type'], 'Image'>;

/** Tells which of both ways an input goes: by its id, or by names of which `required` must be there. */
function isById(input: TargetInput, required: readonly Name[], optional?: Name): boolean {
  const id = required.includes('tags') ? 'ids' : 'id';
  const names = optional ? [...required, optional] : required;
  const given = names.filter((name) => isGiven(input[name]));
  const ways = `"${id}", or ${required.map((name) => `"${name}"`).join(' and ')}`;
  if (isGiven(input[id])) {
    if (given.length === 0) return true;
    throw badInput(`"${id}" and "${given[0]}" are both given: give either ${ways}.`, 'input', id);
  }
  if (given.length === 0) throw badInput(`Nothing says what is meant: give ${ways}.`, 'input');
  const missing = required.find((name) => !isGiven(input[name]));
  if (missing) throw badInput(`"${missing}" is missing: give ${ways}.`, 'input', missing);
  return false;
}

const kindNames: Readonly<Record<Kind, string>> = { Registry: 'registry', Repository: 'repository', Tag: 'tag' };

/** Ids are read here alone, so that one of another kind, or of nothing, is refused in the same words everywhere. */
function readId(id: string, kinds: readonly Kind[], ...path: string[]) {
  const node = decodeNodeId(id);
  if (!node || node.type === 'Image' || !kinds.includes(node.type))
    throw badInput(
      `"${path[0]}" is not the id of a ${kinds.map((kind) => kindNames[kind]).join(' or ')}.`,
      'input',
      ...path,
    );
  const repository = node.type === 'Repository' ? node.name : node.type === 'Tag' ? node.repository : null;
  return { registry: { id: node.registryId }, repository, tag: node.type === 'Tag' ? node.name : null };
}

function readTagId(id: string, ...path: string[]) {
  const { registry, repository, tag } = readId(id, ['Tag'], ...path);
  return { registry, repository: repository!, tag: tag! };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
