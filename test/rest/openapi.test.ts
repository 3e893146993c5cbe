import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { screens } from '../../src/domain/basepath.js';
import { describedOperations } from '../../src/rest/reference/document.js';
import { openApiDocument, type OpenApiDocument } from '../support/observed/documented.js';
import { readRoutes } from '../support/observed/routes.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ basePath: null });
});
afterAll(async () => gateway[Symbol.asyncDispose]());

/** Routes that are no REST, and why. */
const others: Readonly<Record<string, string>> = {
  '/': 'the console',
  '/assets/:file': 'its files',
  ...Object.fromEntries(
    screens.flatMap((screen) => [`/${screen}`, `/${screen}/*`]).map((path) => [path, 'its screens']),
  ),
  '/explorer': 'the explorer',
  '/explorer/:file': 'its files',
  '/graphql': 'GraphQL, which has a schema of its own',
  '/graphql/stream': 'the same',
  '/schema.graphql': 'that schema',
  '/api/openapi.json': 'the document',
  '/api/docs': 'the document as a page',
  '/livez': 'it is for what keeps the gateway running: docs/observability.md',
  '/readyz': 'the same',
  '/metrics': 'the same, in the format of Prometheus',
  '/events/:registry': 'registries call it, each in its own format: docs/notifications.md',
};

test('every route and method of the API is in the document, and nothing else', () => {
  const routes = readRoutes(gateway)
    .filter(([pattern = '']) => !(pattern in others))
    .flatMap(([pattern, methods = '']) =>
      methods
        .split(', ')
        .filter((method) => !['HEAD', 'OPTIONS'].includes(method))
        .map((method) => `${method} ${pattern}`),
    );
  // Those that need an OpenID Provider are in test/singlesignon/device.test.ts.
  const described = describedOperations
    .filter(({ needsProvider = false }) => !needsProvider)
    .map(({ method, route }) => `${method.toUpperCase()} ${route}`);
  expect(described.toSorted()).toEqual(routes.toSorted());
  const written = Object.values(openApiDocument.paths).flatMap((path) => Object.keys(path));
  expect(written).toHaveLength(describedOperations.length);
});

test('it is a valid OpenAPI 3.1 document, all of whose references lead somewhere', async () => {
  const validator = new Validator();
  const result = await validator.validate({ ...openApiDocument });
  expect([result.valid, result.errors ?? [], validator.version]).toEqual([true, [], '3.1']);
  const references = [...JSON.stringify(openApiDocument).matchAll(/"\$ref":"#([^"]+)"/g)].map(([, path = '']) => path);
  expect(references.filter((path) => find(openApiDocument, path) === undefined)).toEqual([]);
  expect(references.length).toBeGreaterThan(500);
});

function find(document: object, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
}

test('its examples are what their schemas say', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(openApiDocument, 'document');
  const schemas = Object.entries(openApiDocument.components.schemas);
  const examples = schemas.flatMap(([name, { examples = [] }]) =>
    (examples as unknown[]).map((example) => ({ name, example })),
  );
  expect(examples.length).toBeGreaterThan(5);
  for (const { name, example } of examples)
    expect([name, ajv.validate({ $ref: `document#/components/schemas/${name}` }, example), ajv.errors]).toEqual([
      name,
      true,
      null,
    ]);
});

test('everything in it that a reader meets is described', () => {
  const operations = Object.values(openApiDocument.paths).flatMap((path) => Object.values(path));
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { operationId, parameters } of operations) {
    const silent = parameters.filter(
      (parameter) => !('$ref' in parameter) && !(parameter as { description?: string }).description,
    );
    expect([operationId, silent]).toEqual([operationId, []]);
  }
});

test('whoever asks has it, and once', async () => {
  const first = await gateway.rest<OpenApiDocument>('GET', '/api/openapi.json', { access: null });
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  expect(first.body.paths).toEqual(openApiDocument.paths);
  const headers = { 'if-none-match': first.headers.get('etag')! };
  expect((await gateway.rest('GET', '/api/openapi.json', { access: null, headers })).status).toBe(304);
  const coded = await gateway.rest('HEAD', '/api/openapi.json', { headers: { 'accept-encoding': 'br' } });
  expect(coded.headers.get('content-encoding')).toBe('br');
});

test('its server is where it stands, below any path', async () => {
  const { servers } = (await gateway.rest<{ servers: { url: string }[] }>('GET', '/api/openapi.json')).body;
  for (const base of ['https://a.example', 'https://a.example/tools/registry'])
    expect(new URL(servers[0]!.url, `${base}/api/openapi.json`).href).toBe(`${base}/`);
});

describe('the page', () => {
  test('the page tells of every operation and schema, links to nothing that is not there, and loads one style sheet', async () => {
    const { status, headers, text } = await gateway.rest('GET', '/api/docs', { access: null });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
    expect(headers.get('content-security-policy')).toBe(`${policy}; frame-ancestors 'none'`);
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(describedOperations.map(({ id }) => id)));
    const schemas = Object.keys(openApiDocument.components.schemas);
    expect(ids).toEqual(expect.arrayContaining(schemas.map((name) => `schema-${name}`)));
    const links = [...new Set([...text.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, link = '']) => link))];
    expect(links.filter((link) => link.startsWith('#') && !ids.includes(link.slice(1)))).toEqual([]);
    const elsewhere = links.filter((link) => !link.startsWith('#') && link !== 'data:,');
    for (const link of elsewhere) {
      const path = new URL(link, 'http://gateway/api/docs').pathname;
      expect([link, (await gateway.rest('GET', path, { access: null })).status]).toEqual([link, 200]);
    }
    expect(text).not.toMatch(/<script|<style| style=| on[a-z]+=|undefined|\[object/);
  });

  test('the page is asked for again by its tag, and a slash at its end leads to it, below any path', async () => {
    const { headers } = await gateway.rest('GET', '/api/docs');
    const again = await gateway.rest('GET', '/api/docs', { headers: { 'if-none-match': headers.get('etag')! } });
    expect(again.status).toBe(304);
    const slash = await gateway.rest('GET', '/api/docs/');
    const location = new URL(slash.headers.get('location')!, 'https://a.example/tools/api/docs/');
    expect([slash.status, location.pathname]).toEqual([308, '/tools/api/docs']);
  });
});
