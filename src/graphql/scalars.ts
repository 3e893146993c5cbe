import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { isDigest, type Digest } from '../domain/digest.js';

/** RFC 3339, always UTC. */
export const DateTime = GraphQLDateTime;

/** For what has another form each time. */
export const JsonObject = GraphQLJSONObject;

export const ByteSize = new GraphQLScalarType<number, number>({
  name: 'ByteSize',
  description: 'A number of bytes, as a JSON integer (exact up to 2^53-1); never a string.',
  serialize: readByteSize,
  parseValue: readByteSize,
  parseLiteral: (node: ValueNode) => readByteSize(node.kind === Kind.INT ? Number(node.value) : undefined),
});

export const DigestScalar = new GraphQLScalarType<Digest, string>({
  name: 'Digest',
  description: 'An OCI content digest: `sha256:` and 64 hex digits, or `sha512:` and 128.',
  specifiedByURL: 'https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests',
  serialize: readDigest,
  parseValue: readDigest,
  parseLiteral: (node: ValueNode) => readDigest(node.kind === Kind.STRING ? node.value : undefined),
});

function readByteSize(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new GraphQLError('A ByteSize is an integer from 0 to 2^53-1.');
}

function readDigest(value: unknown): Digest {
  if (isDigest(value)) return value;
  throw new GraphQLError('A Digest is "sha256:" and 64 lower-case hex digits, or "sha512:" and 128.');
}
