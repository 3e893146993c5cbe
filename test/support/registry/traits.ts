import { replyEmpty, replyError, type Reply } from '../../../src/demo/registry/reply.js';

/** How one thing is refused. Without a code the body is empty. */
export interface Refusal {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

export interface CatalogTraits {
  /** Everybody is refused, whatever their token. */
  readonly refused?: Refusal;
  /** The scope its challenge names. Default `registry:catalog:*`. */
  readonly scope?: string;
  /** Whether it lists what ever had a blob, ever had a manifest, has a tag now; or nothing at all. */
  readonly lists: 'blob' | 'manifest' | 'tagged' | 'nothing';
  /**
   * `walk`, `panickingWalk`: distribution's 2 and 3, which lose parents (see `losesParents`); `sorted`; `inserted`:
   * oldest first, with an opaque `next_page`; `cut`: the first n in no order, `last` ignored and no Link.
   */
  readonly pages: 'walk' | 'panickingWalk' | 'sorted' | 'inserted' | 'cut';
  /** Of a `last` that it does not list. Default: it goes on after it. */
  readonly unknownLast?: Refusal;
}

export interface TagListTraits {
  /**
   * `directory`: no order, whole, `n` and `last` ignored; `sorted`: pages with a Link; `cut`: n of them without a Link.
   */
  readonly pages: 'directory' | 'sorted' | 'cut';
  readonly unknownLast?: Refusal;
  /** The most that one page has, whatever is asked for. Default no limit. */
  readonly most?: number;
  /** A list of a repository whose last tag went. */
  readonly empty: 'null' | 'array';
  /** How many answers after a DELETE still are the list from before it. Default 0. */
  readonly lag?: number;
}

export interface DeleteTraits {
  /** What is said where deleting is switched off. */
  readonly off: Refusal;
  /** Of a digest with tags: they go with it, or stay and are served on. */
  readonly digest: 'withTags' | 'leavesTags';
  /** Of a digest that has a tag. Default: it is deleted. */
  readonly tagged?: Refusal;
  /** Of a digest that has more than one tag. Default: it is deleted. */
  readonly severalTags?: Refusal;
  /** Of a digest that an index of its repository names. Default: it is deleted. */
  readonly child?: Refusal;
  /** `alone`: a tag can be deleted by its name, and nothing else goes; or how that is refused. */
  readonly tag: 'alone' | Refusal;
  readonly unknownRepository?: Refusal;
}

/** Of one image: under these tags, and by the digest they have. */
export interface Lock {
  readonly tags: readonly string[];
  readonly refusal: Refusal;
  /** Nothing can be pushed over its tags either. Default false. */
  readonly pushes?: boolean;
}

export interface RateLimit {
  /** So many answers in each window, which begins with its first request. */
  readonly requests: number;
  readonly windowMs: number;
  /** The header's value. Default: none is sent. */
  readonly retryAfter?: string;
  /** What is counted. Default every request. */
  readonly counts?: 'requests' | 'manifests';
  /** Docker Hub's headers say what is left. Default false. */
  readonly told?: boolean;
}

/** A proxy between the clients and the registry. */
export interface Front {
  /** Links and Locations have the path that the registry behind knows, without the prefix. */
  readonly hidesPrefix?: boolean;
  /**
   * How a next page is told: without angle brackets; as a path that nothing answers; or without quotes. Default as it
   * is.
   */
  readonly link?: 'bare' | 'inner' | 'unquoted';
  /** GET and HEAD of these are answered with 307. Default none. */
  readonly redirects?: readonly ('catalog' | 'tags' | 'manifest' | 'blob')[];
  /** Where to: another path here, or another port that must be sent no credentials. Default 'same'. */
  readonly to?: 'same' | 'other';
}

/** Where registries differ. Everything is what a client can see. */
export interface Traits {
  /** The ping's body. */
  readonly ping: { readonly body: string; readonly type?: string };
  /** What a type that is not accepted gives: a rewrite (distribution 2), an error or a child (3), or what is stored. */
  readonly unaccepted: 'rewritten' | 'refused' | 'served';
  /**
   * `If-None-Match` is understood and an ETag sent. False: every GET gives 200, and counts as a pull where pulls are
   * counted.
   */
  readonly conditions: boolean;
  readonly catalog: CatalogTraits;
  readonly tagList: TagListTraits;
  readonly deletes: DeleteTraits;
  /** distribution's envelope by its version, CloudEvents as zot sends them; null: it notifies nobody. */
  readonly events: 'v1' | 'v2' | 'cloudevents' | null;
  readonly lock?: Lock;
  readonly rateLimit?: RateLimit;
  readonly front?: Front;
}

export function refuse({ status, code, message = '' }: Refusal, headers: Record<string, string> = {}): Reply {
  return code === undefined ? replyEmpty(status, headers) : replyError(status, code, message, null, headers);
}
