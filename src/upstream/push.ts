import { computeDigest, type Digest } from '../domain/digest.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import { GatewayError } from '../errors.js';
import { readDeclaredDigest } from './content/manifest.js';
import { explainAnswer, explainLocked } from './failure/answerfailure.js';
import type { Answer, Asked } from './failure/asked.js';
import { readErrorCodes } from './transport/json.js';
import type { CallOptions } from './upstream.js';
import type { Wire } from './wire.js';

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
