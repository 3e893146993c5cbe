import type { AttestationContent } from '../../domain/attestation.js';
import type { Digest } from '../../domain/digest.js';
import type { ExecutionParameters } from '../../domain/execution.js';
import { GatewayError } from '../../errors.js';
import type { Slices } from '../../timer.js';
import { decodeAttestation } from '../../upstream/content/attestation.js';
import { type AttestationBlob, listAttestationBlobs } from '../../upstream/content/attestationblobs.js';
import { decodeExecution } from '../../upstream/content/execution.js';

/** Bytes of content that one request has decoded: it takes the time of all others. */
const maxDecodedBytes = 16 * 1024 * 1024;

/** Milliseconds that content is decoded in one turn of the event loop. */
export const decodingSlice = 10;

/** Content whose bytes the digest names, and were checked against it. */
interface VerifiedContent {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/**
 * Content that one request has decoded: each piece once, however often it asks, and between two of them others have
 * their turn. All throw QUERY_TOO_COMPLEX after 16 MiB, whether a registry was asked or the content was in memory.
 */
export interface Decodings {
  execution(content: VerifiedContent): Promise<ExecutionParameters>;
  blobs(manifest: VerifiedContent): Promise<readonly AttestationBlob[]>;
  /** `annotations` are those of its layer. Throws JsonError too, as `decodeAttestation` does. */
  attestation(content: VerifiedContent, annotations: Readonly<Record<string, string>>): Promise<AttestationContent>;
  /** Does nothing: what a digest names stays the same. */
  clearAll(): void;
}

export function createDecodings(slices: Slices): Decodings {
  let size = 0;
  const begin = async (bytes: Buffer): Promise<void> => {
    size += bytes.length;
    if (size > maxDecodedBytes) throw tooMuch();
    const turn = slices.next();
    if (turn) await turn;
  };
  const executions = createMemo<ExecutionParameters>();
  const blobs = createMemo<readonly AttestationBlob[]>();
  const attestations = createMemo<AttestationContent>();
  return {
    execution: ({ digest, bytes }) => executions(digest, () => begin(bytes).then(() => decodeExecution(bytes))),
    blobs: ({ digest, bytes }) => blobs(digest, () => begin(bytes).then(() => listAttestationBlobs(bytes))),
    attestation({ digest, bytes }, annotations) {
      const key = `${digest} ${JSON.stringify(annotations)}`;
      return attestations(key, () => begin(bytes).then(() => decodeAttestation(bytes, annotations)));
    },
    clearAll: () => undefined,
  };
}

function createMemo<T>(): (key: string, make: () => Promise<T>) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key, make) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
}

function tooMuch(): GatewayError {
  const message =
    'The operation has more than 16 MiB of configs, manifests, SBOMs and attestations decoded: ask for fewer.';
  return new GatewayError('QUERY_TOO_COMPLEX', message);
}
