import { STATUS_CODES } from 'node:http';
import { ofAccounts } from './accounts.js';
import { ofCatalogue } from './catalogue.js';
import { writeComponents, writeSchema } from './components.js';
import { headers, requestHeaders } from './headers.js';
import type { DescribedAnswer, DescribedOperation, OperationTag, AnswerShape } from './operation.js';

/** Every operation of the documented routes. A test holds them equal to the routes. */
export const describedOperations: readonly DescribedOperation[] = [...ofCatalogue, ...ofAccounts];

/** Statuses of errors that any operation may answer with. */
export const errorsOfAll = [400, 401, 403, 408, 413, 414, 415, 417, 429, 431, 500, 503, 504] as const;
const allErrors = [...new Set([...errorsOfAll, ...describedOperations.flatMap(({ errors = [] }) => errors)])].toSorted(
  (one, other) => one - other,
);

const tags: Readonly<Record<OperationTag, string>> = {
  Registries: 'What is attached to the gateway.',
  Repositories: 'What registries hold. `size` is bytes, each distinct blob once.',
  Tags: 'Of a repository, which is a parameter: names of repositories have slashes.',
  Jobs: 'Work that goes on without the request that began it.',
  'Search and events': 'Over all registries.',
  Accounts: 'Accounts, roles and service keys.',
  Logins: 'Tokens and passwords.',
};

const parameters: Readonly<Record<string, string>> = {
  name: 'The name; of a registry its UUID as well.',
  repository: 'The full name of the repository, its slashes as they are or as `%2F`.',
  tag: 'The tag.',
  id: 'The id.',
  username: 'The user name.',
};

const about =
  'The registries that are attached to this gateway, over REST. A `GET` can be a `HEAD`; a list without a bound has ' +
  'pages where it is asked with parameters, and `Link: <…>; rel="next"` leads to the next. Errors are problems ' +
  '(RFC 9457) with the stable code in `error`. In queries `_` is passed over where things are read.';

/**
 * The OpenAPI 3.1 document of the routes, made of the schemas by which they read requests and write answers. It is at
 * `/api/openapi.json`, and its server is relative to that, so that it holds below any path.
 */
export function writeDocument(version: string) {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of describedOperations)
    (paths[toPath(operation.route)] ??= {})[operation.method] = writeOperation(operation);
  return {
    openapi: '3.1.1',
    info: { title: 'registry-gateway', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '..', description: 'This gateway, relative to this document.' }],
    externalDocs: { url: '../explorer/rest.html', description: 'REST, told in words.' },
    security: [{ accessToken: [] }, { serviceKey: [] }, { bearer: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: writeComponents(),
      responses: writeErrors(),
      headers,
      parameters: requestHeaders,
      securitySchemes,
    },
  };
}

const securitySchemes = {
  accessToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Access-Token',
    description: '`username:token`, of a login or of `registry-gateway token create`.',
  },
  serviceKey: { type: 'apiKey', in: 'header', name: 'X-Service-Key', description: 'A key for a machine.' },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token alone; or a JWT of the OpenID Provider, where the gateway has one.',
  },
};

/** As OpenAPI writes a route. */
export function toPath(route: string): string {
  return route.replace('*', '{repository}').replaceAll(/:(\w+)/g, '{$1}');
}

function writeOperation(operation: DescribedOperation): object {
  const { route, id, tag, summary, description, token, body, takesForm = false } = operation;
  const written = writeParameters(operation);
  const schema = body && { schema: refer(body) };
  const none = token === 'none' ? [] : [{}, { accessToken: [] }, { serviceKey: [] }, { bearer: [] }];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(token && { security: none }),
    parameters: [...listPathParameters(route), ...written],
    ...(schema && {
      requestBody: {
        required: true,
        content: { 'application/json': schema, ...(takesForm && { 'application/x-www-form-urlencoded': schema }) },
      },
    }),
    responses: writeAnswers(operation),
  };
}

function listPathParameters(route: string): object[] {
  return [...toPath(route).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: parameters[name],
    schema: { type: 'string' },
  }));
}

interface ParametersSchema {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required?: readonly string[];
}

function writeParameters({ query, requestHeaders: sent = [] }: DescribedOperation): object[] {
  const written: ParametersSchema = query ? writeSchema(query) : {};
  const { properties = {}, required = [] } = written;
  const asked = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema,
  }));
  return [...asked, ...sent.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
}

function writeAnswers({ answers, errors = [], requestHeaders: sent = [] }: DescribedOperation): object {
  const written: Record<string, object> = {};
  for (const [status, answer] of Object.entries(answers)) written[status] = writeAnswer(answer);
  if (sent.includes('If-None-Match')) written['304'] = { description: 'It is as `If-None-Match` says.' };
  for (const status of new Set([...errorsOfAll, ...errors]))
    written[status] = { $ref: `#/components/responses/${status}` };
  return written;
}

function writeAnswer({ description, shape, contentType, headers: told = [] }: DescribedAnswer): object {
  const written = {
    ...(shape && { 'application/json': { schema: refer(shape) } }),
    ...(contentType && { [contentType]: { schema: { type: 'string' } } }),
  };
  const content = shape || contentType ? written : null;
  return {
    description,
    ...(told.length > 0 && {
      headers: Object.fromEntries(told.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    }),
    ...(content && { content }),
  };
}

function refer(shape: AnswerShape): object {
  return typeof shape === 'string'
    ? { $ref: `#/components/schemas/${shape}` }
    : { type: 'array', items: refer(shape[0]) };
}

function writeErrors(): object {
  const schema = refer('Problem');
  const content = { 'application/json': { schema }, 'application/problem+json': { schema } };
  const retried = { 'Retry-After': { $ref: '#/components/headers/Retry-After' } };
  return Object.fromEntries(
    allErrors.map((status) => [
      status,
      {
        description: `${STATUS_CODES[status]}.`,
        headers: {
          'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
          ...([429, 503, 504].includes(status) && retried),
        },
        content,
      },
    ]),
  );
}
