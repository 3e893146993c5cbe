import type { TagForm } from '../../catalogue/loaders/tagtexts.js';
import type { Repository, PlainTag } from '../../domain/catalogue.js';
import { hexOf } from '../../domain/digest.js';
import { splitRepositoryName } from '../../domain/name.js';
import { encodeNodeId } from '../nodeid.js';
import { type Connection, toConnection } from '../types/page.js';
import type { SelectedField } from './selection.js';
import {
  createConnectionWriter,
  createLeafWriter,
  createObjectWriter,
  createTimeWriter,
  type JsonPieces,
  type WriteJson,
} from './writing.js';

/** A field of a tag: the column that it is read from, and how; null: it is the time. */
interface TagField {
  readonly column: keyof PlainTag;
  readonly read: ((tag: PlainTag, repository: Repository) => unknown) | null;
}

const tagFields: Readonly<Record<string, TagField>> = {
  id: {
    column: 'name',
    read: ({ name }, { registryId, name: repository }) => encodeNodeId({ type: 'Tag', registryId, repository, name }),
  },
  name: { column: 'name', read: ({ name }) => name },
  digest: { column: 'digest', read: ({ digest }) => digest },
  imageId: { column: 'idDigest', read: ({ idDigest }) => idDigest && hexOf(idDigest) },
  size: { column: 'size', read: ({ size }) => size },
  updatedAt: { column: 'updatedAt', read: null },
  updatedAtSource: { column: 'updatedAtSource', read: ({ updatedAtSource }) => updatedAtSource || 'FIRST_SEEN' },
};

/** The fields of a repository that its row has. */
const repositoryFields: Readonly<Record<string, (repository: Repository) => unknown>> = {
  id: ({ registryId, name }) => encodeNodeId({ type: 'Repository', registryId, name }),
  name: ({ name }) => name,
  namespace: ({ name }) => splitRepositoryName(name).namespace,
  baseName: ({ name }) => splitRepositoryName(name).repository,
  tagCount: ({ tagCount }) => tagCount,
  droppedTags: ({ droppedTags }) => droppedTags,
  size: ({ size }) => size,
  updatedAt: ({ updatedAt }) => updatedAt,
};

const list = (type: string, ...fields: readonly string[]): string[] =>
  ['__typename', ...fields].map((field) => `${type}.${field}`);

/** Fields that follow from what is stored of repositories and tags alone, each behind its type. */
export const writableFields: ReadonlySet<string> = new Set([
  ...list('RepositoryConnection', 'edges', 'nodes', 'pageInfo'),
  ...list('RepositoryEdge', 'cursor', 'node'),
  ...list('Repository', ...Object.keys(repositoryFields), 'tags'),
  ...list('TagConnection', 'edges', 'nodes', 'pageInfo'),
  ...list('TagEdge', 'cursor', 'node'),
  ...list('Tag', ...Object.keys(tagFields)),
  ...list('PageInfo', 'hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'),
]);

/** Of those with arguments, the ones that may be given: no other list of tags begins at the beginning of all. */
export const readableArguments: Readonly<Record<string, readonly string[]>> = {
  'Repository.tags': ['first', 'orderBy'],
};

/** A `tags` field of the repositories of a list. */
export interface TagList {
  readonly selected: SelectedField;
  readonly form: TagForm;
}

/** Gives the text of a `tags` field of a repository. */
export type FindText = (list: TagList, repository: Repository) => Buffer;

/** How a list of repositories is written. */
export interface RepositoryForm {
  /** To be written before. */
  readonly tagLists: readonly TagList[];
  readonly write: (connection: Connection<Repository>, findText: FindText) => JsonPieces;
}

export function createRepositoryForm(fields: readonly SelectedField[]): RepositoryForm {
  const tagLists: TagList[] = [];
  const createNodeWriter = (own: readonly SelectedField[]): WriteJson<Repository, FindText> =>
    createObjectWriter('Repository', own, (selected) => {
      const { name } = selected.field!;
      if (name !== 'tags') return createLeafWriter(selected.field!, repositoryFields[name]!);
      const tagList = { selected, form: createTagForm(selected.fields) };
      tagLists.push(tagList);
      return (out, repository, findText) => void out.push(findText(tagList, repository));
    });
  const writeAll = createConnectionWriter('Repository', fields, createNodeWriter);
  const write = (connection: Connection<Repository>, findText: FindText): JsonPieces => {
    const out: JsonPieces = [];
    writeAll(out, connection, findText);
    return mergeTexts(out);
  };
  return { tagLists, write };
}

function createTagForm(fields: readonly SelectedField[]): TagForm {
  const columns = new Set<keyof PlainTag>();
  const writeTime = createTimeWriter();
  const write = createConnectionWriter<PlainTag, Repository>('Tag', fields, (own) =>
    createObjectWriter('Tag', own, ({ field }) => {
      const { column, read } = tagFields[field!.name]!;
      columns.add(column);
      return read ? createLeafWriter(field!, read) : (out, { updatedAt }) => writeTime(out, updatedAt);
    }),
  );
  return {
    name: nameFields(fields),
    columns,
    write(page, repository) {
      const out: JsonPieces = [];
      write(out, toConnection({ ...page, hasPreviousPage: false, totalCount }), repository);
      return toBytes(out.join(''));
    },
  };
}

/** Each run of texts as one. */
function mergeTexts(pieces: JsonPieces): JsonPieces {
  const merged: JsonPieces = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else {
      merged.push(text, piece);
      text = '';
    }
  }
  merged.push(text);
  return merged;
}

/** Bytes of their own: what is kept would hold the whole pool that `Buffer.from` cuts small ones from. */
function toBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** `totalCount` is not written. */
const totalCount = (): Promise<never> => Promise.reject(new Error('It is not counted.'));

/** Equal for fields that write the same. */
function nameFields(fields: readonly SelectedField[]): string {
  return fields
    .map(({ key, field, fields: own }) => `${key}:${field?.name ?? ''}${own.length > 0 ? `{${nameFields(own)}}` : ''}`)
    .join(' ');
}
