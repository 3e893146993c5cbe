import { type Digest, isDigest, shortenDigest } from '../domain/digest.js';
import type { ImageConfig } from '../domain/image.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import { GatewayError } from '../errors.js';
import { decodeConfig } from './content/imageconfig.js';
import { assertDigest, decodeManifest, readDeclaredDigest, readRawManifest } from './content/manifest.js';
import { manifestAccept } from './content/mediatype.js';
import { explainAnswer } from './failure/answerfailure.js';
import type { Answer, Asked } from './failure/asked.js';
import { isAbsent } from './transport/json.js';
import type { CallOptions, FetchedManifest, RawManifest } from './upstream.js';
import type { Wire } from './wire.js';

/**
 * See `Upstream.fetchManifest`. Watching must not count as pulling: where a condition is ignored, the digest is asked
 * for before the content.
 */
export async function fetchManifest(
  wire: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  known: Digest | undefined,
  call: CallOptions | undefined,
): Promise<FetchedManifest | 'unchanged' | null> {
  const { endpoint, session, limits, conditions } = wire;
  const asked = describeManifest(wire, name, reference);
  if (known && !conditions.areHonoured && (await readDigest(wire, name, reference, asked, call)) === known)
    return 'unchanged';
  const answer = await session.request(
    {
      method: 'GET',
      url: endpoint.manifest(name, reference),
      accept: manifestAccept,
      ...(known ? { ifNoneMatch: `"${known}"` } : {}),
      alone: call?.isPrompt === true && !isDigest(reference),
      scope: `repository:${name}:pull`,
      cap: limits.manifest,
      asked,
    },
    call,
  );
  if (answer.status === 304 && known) return 'unchanged';
  if (isAbsent(answer)) return null;
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  const fetched = decodeManifest(answer, reference, asked);
  if (fetched.manifest.digest !== known) return fetched;
  conditions.noteIgnored();
  return 'unchanged';
}

/** By HEAD; null where it does not say, and the content has to be asked for. */
async function readDigest(
  { endpoint, session, limits }: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  asked: Asked,
  call: CallOptions | undefined,
): Promise<string | null> {
  const url = endpoint.manifest(name, reference);
  const ask = {
    method: 'HEAD',
    url,
    accept: manifestAccept,
    scope: `repository:${name}:pull`,
    cap: limits.manifest,
    asked,
  } as const;
  const answer = await session.request(ask, call);
  const digest = answer.headers['docker-content-digest'];
  return answer.status === 200 && typeof digest === 'string' ? digest : null;
}

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

/** See `Upstream.fetchConfig`. */
export async function fetchConfig(
  wire: Wire,
  name: RepositoryName,
  digest: Digest,
  call: CallOptions | undefined,
): Promise<ImageConfig | null> {
  const asked: Asked = { registry: wire.registry, what: `the config ${shortenDigest(digest)} of ${name}` };
  const body = await readBlob(wire, name, digest, { cap: wire.limits.config, asked }, call);
  return body && decodeConfig(body);
}

/** See `Upstream.fetchBlob`. */
export function fetchBlob(
  wire: Wire,
  name: RepositoryName,
  digest: Digest,
  call: CallOptions | undefined,
): Promise<Buffer | null> {
  const asked: Asked = { registry: wire.registry, what: `the blob ${shortenDigest(digest)} of ${name}` };
  return readBlob(wire, name, digest, { cap: wire.limits.blob, asked }, call);
}

async function readBlob(
  { endpoint, session }: Wire,
  name: RepositoryName,
  digest: Digest,
  { cap, asked }: { readonly cap: number; readonly asked: Asked },
  call: CallOptions | undefined,
): Promise<Buffer | null> {
  const url = endpoint.blob(name, digest);
  const answer = await session.request({ method: 'GET', url, scope: `repository:${name}:pull`, cap, asked }, call);
  if (isAbsent(answer)) return null;
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  assertDigest(answer.body, digest, asked);
  return answer.body;
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
