import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describedOperations, toPath, writeDocument } from '../../../src/rest/reference/document.js';

/** A request as a suite sends it. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** An answer as it came. */
export interface SeenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

type Json = Record<string, unknown>;
interface Media {
  readonly schema: Json;
}
interface DocumentedAnswer {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
export interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly $ref?: string;
    readonly name: string;
    readonly in: string;
    readonly schema: Json;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly responses: Readonly<Record<string, DocumentedAnswer>>;
  };
}

export const openApiDocument = JSON.parse(JSON.stringify(writeDocument('0.0.0'))) as OpenApiDocument;

const routes = describedOperations.map(({ method, route }) => ({
  method: method.toUpperCase(),
  pattern: new RegExp(
    `^${route.replace('*', '.+').replaceAll(/:\w+/g, '[^/]+').replaceAll('.', '\\.').replace('\\.+', '.+')}/?$`,
  ),
  operation: openApiDocument.paths[toPath(route)]![method]!,
}));

/** The operation that a request is of; null: of none. A HEAD is of its GET, but for a stream. */
export function findOperation(method: string, path: string): DocumentedOperation | null {
  const [place = ''] = path.split(/[?#]/, 1);
  const known = routes.find(
    (route) => route.method === (method === 'HEAD' ? 'GET' : method) && route.pattern.test(place),
  );
  return known && (method !== 'HEAD' || known.operation.operationId !== 'streamEvents') ? known.operation : null;
}

/**
 * Throws where an answer of the API is not in the document: its status, its type, its JSON, in which no key may be that
 * is not described; and where a request was taken that is not. What is no operation may be refused only.
 */
export function assertDocumented({ method, path, body }: SentRequest, answer: SeenAnswer): void {
  if (method === 'OPTIONS' || !/^\/(?:api|auth|account)\//.test(path)) return;
  const operation = findOperation(method, path);
  const fail = (why: string): never => {
    throw new Error(`${method} ${path.slice(0, 200)}: ${answer.status} ${why}: ${answer.text.slice(0, 1000)}`);
  };
  if (operation === null) {
    if (answer.status < 400 && !isApart(path)) fail('is of no operation of the document');
    return;
  }
  if (answer.status < 300) assertTaken(operation, path, body, fail);
  const { content } = resolve(operation.responses[answer.status] ?? fail('is no status of the document'));
  if (method === 'HEAD' || answer.headers.has('content-encoding')) return;
  if (!content) return answer.text === '' ? undefined : fail('has a body, and none is in the document');
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  const media = content[type] ?? fail(`has the type ${type}, which is not in the document`);
  if (!type.includes('json')) return;
  const validate = compile(media.schema, true);
  if (!validate(JSON.parse(answer.text))) fail(`is not as the document has it (${explain(validate)})`);
}

/** Routes that are no REST. */
function isApart(path: string): boolean {
  return /^\/(?:api\/(?:openapi\.json|docs)|auth\/(?:sso|session|callback))/.test(path);
}

function resolve(answer: DocumentedAnswer): DocumentedAnswer {
  const name = answer.$ref?.replace('#/components/responses/', '');
  return name === undefined ? answer : openApiDocument.components.responses[name]!;
}

function assertTaken(
  { parameters, requestBody }: DocumentedOperation,
  path: string,
  body: unknown,
  fail: (why: string) => never,
): void {
  const query = new URLSearchParams(/\?([^#]*)/.exec(path)?.[1] ?? '');
  for (const { name, schema } of parameters.filter(
    (parameter) => parameter.in === 'query' && query.has(parameter.name),
  )) {
    const validate = compile(schema, false);
    if (!validate(readParameter(query.getAll(name), schema))) fail(`was taken with ${name} (${explain(validate)})`);
  }
  const media = requestBody?.content['application/json'];
  if (!media || (typeof body === 'string' && !body.startsWith('{'))) return;
  const validate = compile(media.schema, false);
  if (!validate(typeof body === 'string' ? JSON.parse(body) : JSON.parse(JSON.stringify(body ?? null))))
    fail(`was taken with a body that is not in the document (${explain(validate)})`);
}

function readParameter(values: readonly string[], schema: Json): unknown {
  if (schema['type'] === 'array') return values;
  return schema['type'] === 'integer' ? Number(values[0]) : values[0];
}

function explain({ errors }: ValidateFunction): string {
  return (errors ?? [])
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
    .join('; ');
}

const open = createAjv(openApiDocument);
const closed = createAjv(close(openApiDocument));
const compiled = new Map<string, ValidateFunction>();

/** `isClosed`: no object has a key that is not described. */
function compile(schema: Json, isClosed: boolean): ValidateFunction {
  const key = `${isClosed} ${JSON.stringify(schema)}`;
  const known = compiled.get(key);
  if (known) return known;
  const at = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as Json;
  const made = (isClosed ? closed : open).compile(at);
  compiled.set(key, made);
  return made;
}

function createAjv(document: object): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.addSchema(document, 'document');
}

function close<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => close(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const all = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, close(item as unknown)]));
  const isOpen = all['type'] === 'object' && 'properties' in all && !('additionalProperties' in all);
  return (isOpen ? { ...all, additionalProperties: false } : all) as T;
}
