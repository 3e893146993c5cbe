import { isDigest, type Digest } from '../domain/digest.js';
import { isRepositoryName, isTagName, isUuid, type RepositoryName, type TagName } from '../domain/name.js';

/**
 * The thing that an id stands for. Ids are made of names, not of the index's keys, so that they stay the same when the
 * index is built again. A registry's id is its UUID, as in the REST API.
 */
export type NodeId =
  | { readonly type: 'Registry'; readonly registryId: string }
  | { readonly type: 'Repository'; readonly registryId: string; readonly name: RepositoryName }
  | { readonly type: 'Tag'; readonly registryId: string; readonly repository: RepositoryName; readonly name: TagName }
  | { readonly type: 'Image'; readonly digest: Digest };

export function encodeNodeId(node: NodeId): string {
  if (node.type === 'Registry') return node.registryId;
  const { type } = node;
  return Buffer.from(JSON.stringify([type, ...toParts(node)])).toString('base64url');
}

function toParts(node: Exclude<NodeId, { type: 'Registry' }>): string[] {
  switch (node.type) {
    case 'Repository':
      return [node.registryId, node.name];
    case 'Tag':
      return [node.registryId, node.repository, node.name];
    case 'Image':
      return [node.digest];
  }
}

/** null for what is not an id of this gateway: each part is checked as if a stranger had written it. */
export function decodeNodeId(id: string): NodeId | null {
  if (isUuid(id)) return { type: 'Registry', registryId: id };
  const [type, registryId, first, second, ...rest] = parseParts(id);
  if (type === 'Image' && isDigest(registryId) && first === undefined) return { type, digest: registryId };
  if (registryId === undefined || !isUuid(registryId) || rest.length > 0 || !isRepositoryName(first)) return null;
  if (type === 'Repository' && second === undefined) return { type, registryId, name: first };
  if (type === 'Tag' && isTagName(second)) return { type, registryId, repository: first, name: second };
  return null;
}

function parseParts(id: string): (string | undefined)[] {
  if (id.length > 2048) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}
