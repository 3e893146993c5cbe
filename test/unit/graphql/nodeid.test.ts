import * as fc from 'fast-check';
import type { Digest } from '../../../src/domain/digest.js';
import { isRepositoryName, isTagName, type RepositoryName, type TagName } from '../../../src/domain/name.js';
import { decodeNodeId, encodeNodeId, type NodeId } from '../../../src/graphql/nodeid.js';

const registryId = '0b51a5cd-6e3f-4d0c-9d0e-0a6a3c3b2f11';
const digest = `sha256:${'a'.repeat(64)}`;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const part = fc.stringMatching(/^[a-z0-9]{1,9}(?:[._-][a-z0-9]{1,9}){0,2}$/);
const repository = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter(isRepositoryName);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,40}$/).filter(isTagName);
const anyNode: fc.Arbitrary<NodeId> = fc.oneof(
  fc.uuid().map((id): NodeId => ({ type: 'Registry', registryId: id })),
  fc.record({ type: fc.constant('Repository' as const), registryId: fc.uuid(), name: repository }),
  fc.record({ type: fc.constant('Tag' as const), registryId: fc.uuid(), repository, name: tag }),
  hex.map((text): NodeId => ({ type: 'Image', digest: `sha256:${text}` as Digest })),
);

describe('the id of a node', () => {
  test('the id of a node is read as the node that it was made of', () => {
    fc.assert(fc.property(anyNode, (node) => expect(decodeNodeId(encodeNodeId(node))).toEqual(node)));
  });

  test('the id of a node of a registry is its UUID', () => {
    expect(encodeNodeId({ type: 'Registry', registryId })).toBe(registryId);
  });

  test('tells a repository from a tag with the same beginning', () => {
    const name = 'team/app' as RepositoryName;
    const ids = [
      encodeNodeId({ type: 'Repository', registryId, name }),
      encodeNodeId({ type: 'Tag', registryId, repository: name, name: 'app' as TagName }),
    ];
    expect(new Set(ids).size).toBe(2);
  });

  test.each<[string, string]>([
    ['of no text', ''],
    ['that is no JSON', Buffer.from('["Tag"').toString('base64url')],
    ['that is no list', encode({ type: 'Image', digest })],
    ['of a type that there is not', encode(['Layer', registryId, 'app'])],
    ['of a registry, in the form of the others', encode(['Registry', registryId])],
    ['of a repository in no registry', encode(['Repository', 'r1', 'app'])],
    ['of a repository without a name', encode(['Repository', registryId])],
    ['of a repository whose name leaves the grammar', encode(['Repository', registryId, '../app'])],
    ['of a repository, with more behind it', encode(['Repository', registryId, 'app', 'latest'])],
    ['of a tag whose name leaves the grammar', encode(['Tag', registryId, 'app', 'a/b'])],
    ['of a tag, with more behind it', encode(['Tag', registryId, 'app', 'latest', 'x'])],
    ['of a tag whose name is a number', encode(['Tag', registryId, 'app', 1])],
    ['of an image whose digest is cut short', encode(['Image', digest.slice(0, -1)])],
    ['of an image, with more behind it', encode(['Image', digest, 'x'])],
    ['that is longer than any of ours', encode(['Image', digest]).padEnd(2049, '=')],
    ['of a registry in upper case', registryId.toUpperCase()],
  ])('%s is none', (_, id) => {
    expect(decodeNodeId(id)).toBeNull();
  });

  test('the id of a node is null or a node for any text, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => encode(text)),
        ),
        (text) => {
          const node = decodeNodeId(text);
          expect(node === null || decodeNodeId(encodeNodeId(node)) !== null).toBe(true);
        },
      ),
    );
  });
});
