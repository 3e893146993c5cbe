import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { buildSchema, isNonNullType, Kind, OperationTypeNode, parse } from 'graphql';
import { parseAddress } from '../../../src/cli/remote/address.js';
import { Client } from '../../../src/cli/remote/client.js';
import * as documents from '../../../src/cli/remote/documents.js';
import { createHastyTimer } from '../../support/timer.js';
import { runCommands } from './stand.js';

/** Answers every request with this. */
async function open(body: unknown): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refusal = (root: string) => ({
  message: 'That needs the admin role.',
  path: [root],
  extensions: { code: 'FORBIDDEN' },
});
const failure = { message: 'Something else failed.', path: ['other'], extensions: { code: 'UPSTREAM_TIMEOUT' } };

/** Commands by the root field whose answer they cannot do without. */
const commands = [
  ['registries', ['registry', 'list']],
  ['registries', ['sync']],
  ['registries', ['job', 'list']],
  ['registries', ['protection', 'list']],
  ['registries', ['retention', 'list']],
  ['repositories', ['repo', 'list']],
  ['repositories', ['du']],
  ['search', ['search', 'library']],
  ['auditLog', ['audit', 'tail']],
  ['webhooks', ['webhook', 'list']],
  ['accounts', ['account', 'list']],
  ['tokens', ['tokens', 'list']],
] as const;

describe.each(commands)('a null of %s for %j', (root, args) => {
  const run = async (body: unknown) => {
    await using door = await open(body);
    return await runCommands(args, { env: { REGISTRY_GATEWAY_URL: door.url, REGISTRY_GATEWAY_TOKEN: 'rgw_x' } });
  };

  test('its error is said', async () => {
    expect(await run({ data: { [root]: null }, errors: [refusal(root)] })).toMatchObject({
      code: 77,
      err: 'That needs the admin role.\n',
    });
  });

  test('its own error is said, where other fields are answered and have errors too', async () => {
    expect(await run({ data: { [root]: null, other: [] }, errors: [failure, refusal(root)] })).toMatchObject({
      code: 77,
      err: 'That needs the admin role.\n',
    });
  });

  test.each([[{ [root]: null }], [{}], [{ [root]: null, other: [] }]])(
    'a field without an error makes it no answer of a gateway: %j',
    async (data) => {
      const { code, err } = await run({ data });
      expect({ code, err }).toMatchObject({ code: 69, err: expect.stringContaining(`answers without ${root}.`) });
    },
  );
});

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

const operations = Object.values(documents).map(({ name, text, required }) => {
  const definition = parse(text).definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)!;
  const roots = definition.selectionSet.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));
  const isQuery = definition.operation === OperationTypeNode.QUERY;
  const type = isQuery ? schema.getQueryType()! : schema.getMutationType()!;
  return { name, text, required, roots, fields: type.getFields() };
});

test.each(operations)('$name requires each of its root fields that is never null', ({ required, roots, fields }) => {
  expect(required).toEqual(expect.arrayContaining(roots.filter((root) => isNonNullType(fields[root]?.type))));
  expect(roots).toEqual(expect.arrayContaining([...required]));
});

test.each(operations.flatMap((one) => one.required.map((root) => ({ ...one, root }))))(
  'an answer to $name without $root is none',
  async ({ name, text, required, roots, root }) => {
    const data = Object.fromEntries(roots.map((one) => [one, one === root ? null : {}]));
    await using door = await open({ data });
    const address = parseAddress(door.url, '--url');
    const client = new Client({ address, token: null, remedy: '', timer: createHastyTimer(), tell: () => undefined });
    await expect(client.ask({ name, text, required }, {})).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message:
        `${address} answers without ${root}. Check that --url is that of a gateway, and that the gateway is of this ` +
        'version.',
    });
  },
);
