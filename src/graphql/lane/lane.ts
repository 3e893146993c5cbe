import 'reflect-metadata';
import {
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  OperationTypeNode,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { TagTextKind } from '../../catalogue/loaders/tagtexts.js';
import type { Repository } from '../../domain/catalogue.js';
import type { IndexedTagOrder, TagOrder } from '../../domain/filter.js';
import type { Context } from '../context.js';
import { WrittenJson } from '../server/answertext.js';
import { listFragments } from '../server/fragments.js';
import type { Execute, Execution } from '../server/jit.js';
import { takeNullsAsUnset } from '../server/nulls.js';
import { byName, type Connection, readPage } from '../types/page.js';
import type { TagListArgs } from '../types/tag.js';
import { createRepositoryForm, readableArguments, type RepositoryForm, type TagList, writableFields } from './forms.js';
import { readSelection } from './selection.js';
import { UnwritableError } from './writing.js';

/**
 * Ends the name of a field that gives what the field of that name gives, as text. No document can spell it, and neither
 * introspection nor the printed schema shows it.
 */
const suffix = '$json';

/** The forms of the fields that were rewritten, by their nodes. */
type Forms = WeakMap<FieldNode, RepositoryForm>;

type Lists = GraphQLFieldResolver<unknown, Context, unknown, Connection<Repository> | Promise<Connection<Repository>>>;

const Written = new GraphQLScalarType<WrittenJson, WrittenJson>({ name: 'Written' });

/**
 * Runs queries as `execute` does, with lists of repositories written as text where only what is stored of them and of
 * their tags is asked for; see docs/fastpath.md. The lists are read, and refused, by the resolvers of the fields that
 * they stand for. To be called when the schema is as it will stay, and was printed: it gets fields that no client sees.
 */
export function createLane(schema: GraphQLSchema, execute: Execute): Execute {
  const forms: Forms = new WeakMap();
  addTextFields(schema, forms);
  const rewritten = new WeakMap<DocumentNode, Rewritten | null>();
  return async (execution) => {
    const known = rewritten.get(execution.document);
    const found = known === undefined ? rewriteLists(schema, execution.document, forms) : known;
    if (known === undefined) rewritten.set(execution.document, found);
    if (!found || !areWritten(schema, found.given, execution)) return execute(execution);
    const result = await execute({ ...execution, document: found.document });
    const isUnwritable = result.errors?.some(({ originalError }) => originalError instanceof UnwritableError);
    return isUnwritable ? execute(execution) : result;
  };
}

interface Rewritten {
  readonly document: DocumentNode;
  /** Its lists of tags with arguments, which say whether they are written. */
  readonly given: readonly TagList[];
}

/** False where arguments leave a list of tags to resolvers: a document that finds that while it runs is run twice. */
function areWritten(
  schema: GraphQLSchema,
  given: readonly TagList[],
  { document, operationName, variables = {}, context }: Execution,
): boolean {
  if (given.length === 0) return true;
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  const { coerced } = getVariableValues(schema, variableDefinitions, variables);
  // Whoever runs it says why they do not fit.
  if (!coerced) return false;
  try {
    for (const list of given) readKind(list, coerced, context);
    return true;
  } catch {
    return false;
  }
}

/** Beside each field that gives a list of repositories, so that only a look by its name finds it. */
function addTextFields(schema: GraphQLSchema, forms: Forms): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (getNamedType(field.type).name !== 'RepositoryConnection' || !field.resolve) continue;
      const resolve = writeResolved(field.resolve as Lists, forms);
      const value: GraphQLField<unknown, Context> = { ...field, name: field.name + suffix, type: Written, resolve };
      Object.defineProperty(type.getFields(), value.name, { value, enumerable: false });
    }
  }
}

function writeResolved(resolve: Lists, forms: Forms): GraphQLFieldResolver<unknown, Context, unknown> {
  return async (source, args, context, info) => {
    const form = forms.get(info.fieldNodes[0]!);
    if (!form) throw new UnwritableError();
    const kinds = form.tagLists.map((list) => [list, readKind(list, info.variableValues, context)] as const);
    const connection = await resolve(source, args, context, info);
    const { signal } = context.request.call;
    signal.throwIfAborted();
    try {
      return await writeConnection(form, connection, kinds, context);
    } catch (error) {
      // Resolvers would read for nobody.
      signal.throwIfAborted();
      throw new UnwritableError('The text could not be written.', { cause: error });
    }
  };
}

async function writeConnection(
  form: RepositoryForm,
  connection: Connection<Repository>,
  kinds: readonly (readonly [TagList, TagTextKind])[],
  { browsing, request }: Context,
): Promise<WrittenJson> {
  const { nodes } = connection;
  const texts = new Map<TagList, Map<Repository, Buffer>>();
  const add = async ([list, kind]: readonly [TagList, TagTextKind]): Promise<void> => {
    const written = await browsing.tags.listAsTexts(request, nodes, kind);
    texts.set(list, new Map(nodes.map((repository, at) => [repository, written[at]!])));
  };
  await Promise.all(kinds.map(add));
  return new WrittenJson(form.write(connection, (list, repository) => texts.get(list)!.get(repository)!));
}

/** Throws UnwritableError where the list is none that is written. */
function readKind(
  { selected: { field, node }, form }: TagList,
  variables: Readonly<Record<string, unknown>>,
  context: Context,
): TagTextKind {
  try {
    const values = takeNullsAsUnset(field!.args, getArgumentValues(field!, node, variables));
    const { orderBy, ...page } = values as unknown as TagListArgs;
    const order: TagOrder = orderBy ?? byName;
    if (!isIndexed(order)) throw new UnwritableError();
    return { form, order, first: readPage(page, context).first };
  } catch (error) {
    throw new UnwritableError('The arguments are refused.', { cause: error });
  }
}

function isIndexed(order: TagOrder): order is IndexedTagOrder {
  return order.field !== 'SIZE';
}

/** null: no list of it can be written as text. */
function rewriteLists(schema: GraphQLSchema, document: DocumentNode, forms: Forms): Rewritten | null {
  const found = findLists(schema, document);
  if (found.size === 0) return null;
  const given = [...found.values()].flatMap(({ tagLists }) =>
    tagLists.filter(({ selected: { node } }) => node.arguments?.length),
  );
  const written = visit(document, {
    Field: {
      enter(node): FieldNode | undefined {
        const form = found.get(node);
        if (!form) return undefined;
        const alias = node.alias ?? { kind: Kind.NAME, value: node.name.value };
        const name = { kind: Kind.NAME, value: node.name.value + suffix } as const;
        const text: FieldNode = { ...node, alias, name, selectionSet: undefined };
        forms.set(text, form);
        return text;
      },
    },
  });
  return { document: written, given };
}

function findLists(schema: GraphQLSchema, document: DocumentNode): Map<FieldNode, RepositoryForm> {
  const found = new Map<FieldNode, RepositoryForm>();
  const fragments = listFragments(document);
  const parts = { schema, fragments, writable: writableFields, readable: readableArguments };
  const selections = new Map<string, string>();
  let isPlain = true;
  const types = new TypeInfo(schema);
  const look = (node: FieldNode): false | undefined => {
    const type = getNamedType(types.getType());
    if (!isObjectType(type) || type.name !== 'RepositoryConnection' || !node.selectionSet) return undefined;
    // Two selections of one key are merged, which texts cannot be.
    const key = node.alias?.value ?? node.name.value;
    const text = print(node.selectionSet);
    isPlain &&= (selections.get(key) ?? text) === text;
    selections.set(key, text);
    const fields = readSelection(parts, type, node.selectionSet);
    if (fields) found.set(node, createRepositoryForm(fields));
    return undefined;
  };
  const hasChanges = document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation !== OperationTypeNode.QUERY,
  );
  if (hasChanges) return found;
  visit(document, visitWithTypeInfo(types, { Field: { enter: look } }));
  return isPlain ? found : new Map();
}
