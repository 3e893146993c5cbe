import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  graphql,
  type GraphQLFieldResolver,
  isEnumType,
  isListType,
} from 'graphql';

export interface Fake extends AsyncDisposable {
  readonly url: string;
}

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

/**
 * Answers as a gateway by its schema: every text is `text`, every list has one item. `refuses`: every mutation fails.
 */
export async function startFake(text: string, { refuses = false } = {}): Promise<Fake> {
  const fieldResolver = createResolver(text, refuses);
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> };
      const typeResolver = (_value: unknown, _context: unknown, _info: unknown, type: { readonly name: string }) =>
        type.name === 'UserError'
          ? 'UpstreamFailedError'
          : schema.getPossibleTypes(schema.getType(type.name) as never)[0]!.name;
      void graphql({ schema, source: query, variableValues: variables, fieldResolver, typeResolver }).then((answer) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      );
    });
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

const scalars: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 3,
  Float: 3,
  ByteSize: 5,
  DateTime: '2026-01-01T00:00:00Z',
};

function createResolver(text: string, refuses: boolean): GraphQLFieldResolver<unknown, unknown> {
  return (_source, _args, _context, { fieldName, returnType, parentType }) => {
    if (fieldName === 'userErrors' && !refuses) return [];
    if (fieldName === 'hasNextPage') return false;
    if (fieldName === 'id' && parentType.name === 'AuditEntry') return '7';
    const type = getNamedType(returnType);
    const one = isEnumType(type)
      ? valueOf(type.getValues().map(({ value }) => String(value)))
      : (scalars[type.name] ?? (isLeaf(type.name) ? text : {}));
    return isListType(getNullableType(returnType)) ? [one] : one;
  };

  function isLeaf(name: string): boolean {
    return ['String', 'ID', 'Digest', 'JSONObject'].includes(name);
  }
}

/** A job has ended. */
function valueOf(values: readonly string[]): string | undefined {
  return values.includes('FAILED') ? 'FAILED' : values[0];
}
