import { computeDigest, isDigest, type Digest } from '../domain/digest.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import { GatewayError } from '../errors.js';
import { explainAnswer, explainLocked } from './failure/answerfailure.js';
import type { Answer, Asked } from './failure/asked.js';
import { isAbsent, readErrorCodes } from './transport/json.js';
import { readDeclaredDigest, readRawManifest } from './content/manifest.js';
import { manifestAccept } from './content/mediatype.js';
import type { CallOptions, RawManifest } from './upstream.js';
import type { Wire } from './wire.js';

/** See `Upstream.headManifest`. */
export async function headManifest(
  wire: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  call: CallOptions | undefined,
): Promise<Digest | null> {
  const asked = describeManifest(wire, name, reference);
  const answer = await sendRead(wire, 'HEAD', name, reference, asked, call);
  if (answer.status !== 200 && answer.status !== 404) throw explainAnswer(answer, asked);
  const declared = answer.status === 200 ? readDeclaredDigest(answer, asked) : null;
  if (declared !== null) return agreeOn(declared, reference, asked);
  // An error body is not sent to a HEAD: its type is all that tells the registry's 404 from a proxy's.
  if (answer.status === 404 && /^application\/(?:[\w.-]+\+)?json\b/i.test(answer.headers['content-type'] ?? ''))
    return null;
  const body = await sendRead(wire, 'GET', name, reference, asked, call);
  return readRaw(body, reference, asked)?.digest ?? null;
}

/** See `Upstream.fetchRawManifest`. */
export async function fetchRawManifest(
  wire: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  call: CallOptions | undefined,
): Promise<RawManifest | null> {
  const asked = describeManifest(wire, name, reference);
  return readRaw(await sendRead(wire, 'GET', name, reference, asked, call), reference, asked);
}

/** See `Upstream.putManifest`. */
export async function putManifest(
  wire: Wire,
  name: RepositoryName,
  tag: TagName,
  mediaType: string,
  bytes: Buffer,
  call: CallOptions | undefined,
): Promise<Digest> {
  const { registry, endpoint, session, limits } = wire;
  const asked: Asked = { registry, what: `the push of ${name}:${tag}` };
  const answer = await session.request(
    {
      method: 'PUT',
      url: endpoint.manifest(name, tag),
      body: { mediaType, bytes },
      // Without `delete`: who may delete but not push must meet that here, where nothing was touched yet.
      scope: `repository:${name}:pull,push`,
      cap: limits.ping,
      asked,
    },
    call,
  );
  if (answer.status !== 201) throw explainRefusedPush(wire, answer, asked);
  const declared = readDeclaredDigest(answer, asked);
  const digest = computeDigest(bytes, declared ?? undefined);
  if (declared !== null && declared !== digest) throw explainChangedPush(asked);
  return digest;
}

function describeManifest({ registry }: Wire, name: RepositoryName, reference: TagName | Digest): Asked {
  return { registry, what: `${name}${isDigest(reference) ? '@' : ':'}${reference}` };
}

/** Never shares the answer of a read under way: what these reads are for is what the tag is from now on. */
function sendRead(
  { endpoint, session, limits }: Wire,
  method: 'GET' | 'HEAD',
  name: RepositoryName,
  reference: TagName | Digest,
  asked: Asked,
  call: CallOptions | undefined,
): Promise<Answer> {
  const url = endpoint.manifest(name, reference);
  return session.request(
    { method, url, accept: manifestAccept, alone: true, scope: `repository:${name}:pull`, cap: limits.manifest, asked },
    call,
  );
}

function readRaw(answer: Answer, reference: TagName | Digest, asked: Asked): RawManifest | null {
  if (isAbsent(answer)) return null;
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  return readRawManifest(answer, reference, asked);
}

/** A registry that is asked for one digest and names another of the same algorithm speaks of other content. */
function agreeOn(declared: Digest, reference: TagName | Digest, asked: Asked): Digest {
  if (!isDigest(reference)) return declared;
  if (declared.length === reference.length && declared !== reference) {
    throw new GatewayError(
      'UPSTREAM_DIGEST_MISMATCH',
      `Registry ${asked.registry} names another digest for ${asked.what}. Check the registry's storage.`,
      {
        registry: asked.registry,
      },
    );
  }
  return reference;
}

/**
 * A 4xx with the registry's own error body says that it does not do this; any other answer is explained by its status.
 */
function explainRefusedPush(wire: Wire, answer: Answer, asked: Asked): GatewayError {
  const { status } = answer;
  // Registries that keep a tag from being moved answer with one of these.
  if ([409, 412, 423].includes(status)) return explainLocked(wire, answer, asked);
  const isRefusal =
    status === 405 ||
    (status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status) && readErrorCodes(answer) !== null);
  if (!isRefusal) return explainAnswer(answer, asked);
  const hint = chooseHint(answer);
  return new GatewayError(
    'UPSTREAM_UNSUPPORTED',
    `Registry ${asked.registry} refused ${asked.what} (${status}). ${hint}`,
    {
      registry: asked.registry,
      upstreamStatus: status,
      hint,
    },
  );
}

function chooseHint(answer: Answer): string {
  if (answer.status !== 405)
    return 'It does not take this manifest there: its content may be gone, or the registry has a rule against it.';
  return readErrorCodes(answer)
    ? 'It takes no pushes; a pull-through cache never does.'
    : 'The registry is read-only: end its maintenance mode first.';
}

function explainChangedPush(asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_DIGEST_MISMATCH',
    `Registry ${asked.registry} names other content after ${asked.what} than was sent. Read the tag back before ` +
      'anything else is done with it.',
    { registry: asked.registry },
  );
}
