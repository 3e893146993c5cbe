import type { Digest } from '../domain/digest.js';
import type { Descriptor, ImageConfig, ImageManifest } from '../domain/image.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import type { OutboundProxy } from '../domain/outboundproxy.js';
import type { ClientCertificate, Credentials, DeleteCapability, Registry } from '../domain/registry.js';
import type { GatewayError } from '../errors.js';
import type { ReachedWay } from './network/way.js';

/** Everything needed to talk to one registry. Outside the store, secrets stand here only. */
export interface UpstreamSettings {
  readonly registry: Pick<Registry, 'id' | 'name' | 'addr' | 'tlsSkipVerify' | 'caCertificate' | 'authRealm'>;
  readonly credentials: Credentials | null;
  /** Shown to the registry's own host only; null, and absent: none. */
  readonly clientCertificate?: ClientCertificate | null;
  /** A proxy of its own, or `none`; null, and absent: whom the environment names. */
  readonly proxy?: OutboundProxy | 'none' | null;
}

/** For the one call it is passed to. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /**
   * A push is looked for: it goes before what is read in the background, and no equal request for a tag or a list that
   * began earlier will do.
   */
  readonly isPrompt?: boolean;
  /**
   * No person waits for it: a rate limit is waited out, where otherwise it fails at once with UPSTREAM_RATE_LIMITED.
   */
  readonly isBackground?: boolean;
  /** Called once for every request that goes onto the wire for this call, token requests and retries included. */
  readonly onRequest?: (() => void) | undefined;
  /** Nobody waits for the answer: a list may take minutes. Else it takes seconds, or fails. */
  readonly isPatient?: boolean;
}

/** Why a host is asked nothing: it is away. */
export interface Outage {
  /** Its last failure, and milliseconds since that. */
  readonly error: GatewayError;
  readonly ageMs: number;
  /** Milliseconds until it may be asked again; 0: the next call asks. */
  readonly restMs: number;
}

/** Requests to one registry at a time. */
export interface UpstreamBudget {
  readonly limit: number;
  /** On the wire now. */
  readonly inUse: number;
  /** Waiting for a place, of the registry's own or of those for all. */
  readonly queued: number;
}

export interface PingResult {
  /** Milliseconds of the ping's answer, without the token's. */
  readonly latencyMs: number;
  /** The realm the registry's Bearer challenge names; null when it has none. */
  readonly realm: string | null;
}

export interface NameList<T> {
  /** Distinct, sorted by code unit. */
  readonly names: readonly T[];
  /** Entries outside the OCI grammar, left out. */
  readonly dropped: number;
  /** The first few of them, quoted and cut short; absent when there are none. */
  readonly droppedExamples?: readonly string[];
}

export interface FetchedManifest {
  /**
   * Decoded from bytes whose hash is `manifest.digest` (schema1, which is signed anew on each read: the hash of what
   * was signed).
   */
  readonly manifest: ImageManifest;
  /** Of a schema1 leftover: its config stands in the manifest; null for every other kind. */
  readonly config: ImageConfig | null;
}

/**
 * A manifest that a registry lists as being about another; its own words, nothing of it was fetched. `size` is the
 * manifest's, in bytes.
 */
export interface ReferrerDescriptor extends Descriptor {
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A manifest as it goes over the wire. `digest` is the hash of `bytes`; `mediaType` is its Content-Type. */
export interface RawManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly digest: Digest;
}

/**
 * One registry's side of the wire. Every method throws GatewayError with an UPSTREAM_* code and the registry's name;
 * what a registry says is checked before it is returned.
 */
export interface Upstream {
  /** Requests that went onto the wire since it was made. */
  readonly requests: number;
  /** Something that only a registry answers has come from its own origin. */
  readonly isRecognised: boolean;
  /** Milliseconds that its own host's last answer took to begin; null before the first. */
  readonly latencyMs: number | null;
  /** Its own host's clock in the last answer, milliseconds since 1970; null: it did not say. */
  readonly clock: number | null;
  /** Why its own host is asked nothing just now: it is away. null: it is asked. */
  readonly outage: Outage | null;
  /** How far the way to its own origin was gone, since it was made. */
  readonly way: ReachedWay;
  readonly budget: UpstreamBudget;
  /** Milliseconds that the registry's own host wants no requests; 0 when it takes them. */
  readonly pauseMs: number;
  /** `GET /v2/`, with credentials when the registry asks for them. */
  ping(call?: CallOptions): Promise<PingResult>;
  /**
   * Whether the registry takes the credentials: true also where there are none to prove; null where it lets strangers
   * in and makes no difference. Costs up to four small requests, one of them with an account that nobody has.
   * UPSTREAM_AUTH when it refuses them.
   */
  proveCredentials(call?: CallOptions): Promise<boolean | null>;
  /**
   * Every repository of the catalogue, completely (Link-following alone loses some). UPSTREAM_UNSUPPORTED where there
   * is no catalogue.
   */
  listRepositories(call?: CallOptions): Promise<NameList<RepositoryName>>;
  /** Whether there is a catalogue for this account, by one short page of it. */
  probeCatalog(call?: CallOptions): Promise<boolean>;
  /** The same, with the first name that it lists: null where it lists none, or one that can be none. */
  peekCatalog(call?: CallOptions): Promise<{ readonly isThere: boolean; readonly first: RepositoryName | null }>;
  /** Whether the registry knows the repository and lists its tags, by one short page of them. */
  peekTags(name: RepositoryName, call?: CallOptions): Promise<boolean>;
  /**
   * No `tags` at all, null, `[]` and NAME_UNKNOWN all give an empty list with `known` saying whether the registry knows
   * the name.
   */
  listTags(name: RepositoryName, call?: CallOptions): Promise<NameList<TagName> & { readonly known: boolean }>;
  /**
   * By tag or by digest. With `known`, the digest the tag had last: 'unchanged' (a 304) when it still has it.
   * null when the registry has no such manifest (a dangling tag, a removed child).
   */
  fetchManifest(
    name: RepositoryName,
    reference: TagName | Digest,
    known?: Digest,
    call?: CallOptions,
  ): Promise<FetchedManifest | 'unchanged' | null>;
  /**
   * The manifest byte for byte, so that it can be put back. null when there is none. Asked at this moment: no read that
   * is under way is shared. UPSTREAM_UNSUPPORTED for a schema1 leftover, which cannot be put back.
   */
  fetchRawManifest(name: RepositoryName, reference: TagName | Digest, call?: CallOptions): Promise<RawManifest | null>;
  /**
   * Returns the digest that the registry gives for the reference now; null when there is no such manifest. The content
   * is not read.
   */
  headManifest(name: RepositoryName, reference: TagName | Digest, call?: CallOptions): Promise<Digest | null>;
  /** An image's config. null when the registry no longer has the blob. */
  fetchConfig(name: RepositoryName, digest: Digest, call?: CallOptions): Promise<ImageConfig | null>;
  /**
   * A blob's bytes, whose hash is the digest. null when the registry does not have it. UPSTREAM_TOO_LARGE for one of
   * more than 8 MiB.
   */
  fetchBlob(name: RepositoryName, digest: Digest, call?: CallOptions): Promise<Buffer | null>;
  /**
   * Returns the entries that the registry's referrers API lists for this digest in this repository, each digest once;
   * null when it has no such API.
   */
  listReferrers(
    name: RepositoryName,
    digest: Digest,
    call?: CallOptions,
  ): Promise<readonly ReferrerDescriptor[] | null>;
  /** The harmless probe: DELETE of the all-zero digest. */
  probeDelete(name: RepositoryName, call?: CallOptions): Promise<DeleteCapability>;
  /**
   * The other harmless probe: whether single tags can be deleted, by the DELETE of a tag that nobody has. After
   * `probeDelete`.
   */
  probeTagDelete(name: RepositoryName, call?: CallOptions): Promise<boolean>;
  /**
   * Removes the manifest, and in most registries every tag on it. 'absent' when it was gone already; 'tagged' when the
   * registry refuses it while tags stand on it: then nothing was touched. UPSTREAM_LOCKED when it refuses just this.
   * Never retried: after an error, read back.
   */
  deleteManifest(name: RepositoryName, digest: Digest, call?: CallOptions): Promise<'deleted' | 'absent' | 'tagged'>;
  /**
   * Removes this tag and no other, where the registry can. 'unsupported': it cannot by this name, or deleting is off
   * (ask `probeDelete`); nothing was touched. UPSTREAM_LOCKED when it refuses just this. Never retried: after an error,
   * read back.
   */
  deleteTag(name: RepositoryName, tag: TagName, call?: CallOptions): Promise<'deleted' | 'absent' | 'unsupported'>;
  /**
   * Points the tag at these bytes, whatever it pointed to (there is no compare-and-swap) and though the repository was
   * unknown. Gives their digest. UPSTREAM_UNSUPPORTED when the registry refuses them, UPSTREAM_LOCKED when it protects
   * the tag that is there, UPSTREAM_DIGEST_MISMATCH when it took them for others. Never retried: after an error, read
   * back.
   */
  putManifest(
    name: RepositoryName,
    tag: TagName,
    mediaType: string,
    bytes: Buffer,
    call?: CallOptions,
  ): Promise<Digest>;
  /** Closes its connections. Calls under way fail. */
  close(): void;
}
