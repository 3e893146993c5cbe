import * as fc from 'fast-check';
import { type DocumentedOperation, openApiDocument } from '../support/observed/documented.js';

/** A request that was made from the document: of an operation, valid or not. */
export interface FuzzRequest {
  readonly operationId: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly who: 'admin' | 'reader' | 'writer' | 'wrong' | 'nobody';
  /** undefined: none is sent. */
  readonly body: unknown;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Text that means something to somebody: to a path, a shell, a database, a log, a pattern. */
const hostile = fc.constantFrom(
  ...' |..|../..|/|%|%2F|%00|\u0000|\r\nX: y|" or 1=1 --|"|\\|*|?|[|(|{}|null|undefined|true|-1|0|1e309|NaN'.split('|'),
  ...'__proto__|constructor|ａ|\u202E|\uFFFF|😀|é|'.split('|'),
  'x'.repeat(300),
  'a/'.repeat(200),
);
const wild = fc.oneof({ weight: 2, arbitrary: hostile }, fc.string({ unit: 'binary', maxLength: 40 }));
const uuid = fc.constant('00000000-0000-4000-8000-000000000000');

/** Stands in requests for the address of a registry that answers. */
export const answering = 'http://127.0.0.1:2';

/** Values that lead somewhere, by the name of the parameter or the key; no address has a name to be looked up. */
const likely: Readonly<Record<string, readonly string[]>> = {
  name: ['local', 'other', 'admin', 'registries:ro'],
  repository: ['team/app', 'plain', 'library/plain', '_/plain', 'none'],
  tag: ['one', 'two'],
  username: ['ann', 'nobody'],
  addr: [
    answering,
    answering,
    answering,
    'http://127.0.0.1:1',
    '127.0.0.1:5000',
    'ftp://127.0.0.1',
    'http://127.0.0.1:1/?x',
  ],
  proxy: ['none', 'http://127.0.0.1:1', 'socks5://127.0.0.1:1'],
  auth_realm: ['http://127.0.0.1:1/token', 'x'],
  q: ['app', 'team/app:one', 'one', 'nginx 1.2'],
  password: ['correct horse staple', 'short'],
  roles: ['admin', 'registries:ro'],
};
/** Wild text there would be looked up as a name, or could be the account that asks. */
const only = ['addr', 'proxy', 'auth_realm', 'username'];

function textOf(name: string): fc.Arbitrary<string> {
  const known = likely[name];
  if (!known) return fc.oneof(wild, uuid);
  const some = fc.constantFrom(...known);
  return only.includes(name) ? some : fc.oneof({ weight: 4, arbitrary: some }, wild);
}

function valueOf(schema: Schema, name: string): fc.Arbitrary<unknown> {
  const { $ref, type, items, anyOf, properties, minimum = -10, maximum = 1_000_000 } = schema;
  if ($ref) return valueOf(openApiDocument.components.schemas[$ref.split('/').at(-1)!]!, name);
  if (anyOf) return fc.oneof(...anyOf.map((each) => valueOf(each, name)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return fc.integer({ min: minimum, max: maximum });
  if (type === 'array') return fc.array(valueOf(items ?? {}, name), { maxLength: 4 });
  if (!properties) return textOf(name);
  const fields = Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, valueOf(each, key)]));
  return fc.record(fields, { requiredKeys: [...(schema.required ?? [])], noNullPrototype: true });
}

/** As the schema says; so, but for one key; or anything. */
function bodyOf(schema: Schema): fc.Arbitrary<unknown> {
  const valid = valueOf(schema, 'body');
  const spoilt = fc
    .tuple(
      valid,
      fc.oneof(fc.constantFrom('name', 'username', 'password', 'roles', 'key', 'max_age'), wild),
      fc.jsonValue(),
    )
    .map(([body, key, value]) => (only.includes(key) ? body : { ...(body as object), [key]: value }));
  return fc.oneof({ weight: 4, arbitrary: valid }, { weight: 2, arbitrary: spoilt }, fc.jsonValue());
}

interface QueryPlan {
  readonly name: string;
  readonly value: fc.Arbitrary<string>;
}

function queryOf({ parameters }: DocumentedOperation): fc.Arbitrary<string> {
  const plans = parameters.flatMap(({ in: place, name, schema }): QueryPlan[] => {
    if (place !== 'query') return [];
    const one = valueOf((schema['items'] ?? schema) as Schema, name).map(String);
    return [{ name, value: fc.oneof({ weight: 5, arbitrary: one }, wild) }];
  });
  const pair = ({ name, value }: QueryPlan): fc.Arbitrary<string> => value.map((text) => `${name}=${encode(text)}`);
  const known = plans.map((plan) => fc.option(pair(plan), { nil: '', freq: plan.name === 'repository' ? 9 : 1 }));
  const extra = fc.option(
    fc.oneof(
      ...plans.map(pair),
      wild.map((text) => `${encode(text)}=1`),
      fc.constant('_=1'),
    ),
    { nil: '', freq: 1 },
  );
  const all = fc.tuple(fc.tuple(...known), fc.boolean(), extra);
  return all.map(([texts, isMore, more]) => [...texts, isMore ? more : ''].filter(Boolean).join('&'));
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function pathOf(template: string): fc.Arbitrary<string> {
  const parts = template.split(/(\{\w+\})/).map((part) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (name === undefined) return fc.constant(part);
    const isSlashed = name === 'repository';
    return textOf(name === 'username' ? 'username' : name).chain((text) =>
      fc.constantFrom(encode(text), isSlashed ? encode(text).replaceAll('%2F', '/') : encode(text)),
    );
  });
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

const headersOf = fc.record(
  {
    prefer: fc.constantFrom('respond-async', 'wait=1', 'x'),
    'cache-control': fc.constantFrom('no-cache', 'no-store', 'x'),
    'if-none-match': fc.constantFrom('*', '"x"', 'W/"x"', 'x'),
    accept: fc.constantFrom('application/problem+json', '*/*', 'text/html', 'application/json'),
  },
  { requiredKeys: [] },
);

const operations = Object.entries(openApiDocument.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ template, method, operation })),
);

/** A stream that opens would have no end: it is asked so that it does not. */
const noStream = { accept: 'text/plain' };

export const arbitraryRequest: fc.Arbitrary<FuzzRequest> = fc
  .constantFrom(...operations)
  .chain(({ template, method, operation }) => {
    const { operationId, requestBody } = operation;
    const verb = method.toUpperCase() as FuzzRequest['method'];
    const schema = requestBody?.content['application/json']?.schema as Schema | undefined;
    return fc.record<FuzzRequest>({
      operationId: fc.constant(operationId),
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant(verb) },
        fc.constant(verb === 'GET' && operationId !== 'streamEvents' ? 'HEAD' : verb),
      ),
      path: fc.tuple(pathOf(template), queryOf(operation)).map(([path, query]) => (query ? `${path}?${query}` : path)),
      headers: operationId === 'streamEvents' ? fc.constant(noStream) : headersOf,
      who: fc.oneof(
        { weight: 6, arbitrary: fc.constant<FuzzRequest['who']>('admin') },
        fc.constantFrom<FuzzRequest['who'][]>('reader', 'writer', 'wrong', 'nobody'),
      ),
      body: schema ? bodyOf(schema) : fc.option(fc.constantFrom(null, {}, { x: 1 }), { nil: undefined, freq: 1 }),
    });
  });
