import type { IncomingHttpHeaders } from 'node:http';

/** The subject of a request, from which every message is made. `what` is a noun phrase: "the tags of team/app". */
export interface Asked {
  readonly registry: string;
  readonly what: string;
  /** Where it was asked, when that is not the registry itself: its token server, the store of its blobs. */
  readonly host?: string;
  /** `host:port` of the proxy that it was asked through; absent: none. */
  readonly proxy?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
  /** From sending to the answer's headers. */
  readonly elapsedMs: number;
  /** Where it came from in the end, when the registry redirected the request; absent when it did not. */
  readonly from?: URL;
  /** `host:port` of a proxy that may have given it in the registry's place; absent: none can have. */
  readonly proxy?: string;
}

/** Who answered, or did not: at the beginning of a sentence. */
export function subjectOf(asked: Asked): string {
  return asked.host === undefined ? capitalize(objectOf(asked)) : objectOf(asked);
}

/** The same elsewhere in a sentence. */
export function objectOf({ registry, host, proxy }: Asked): string {
  const through = proxy === undefined ? '' : ` asked through proxy ${proxy},`;
  if (host !== undefined) return `${host}, where registry ${registry} sends its clients,${through}`;
  return `registry ${registry}${through && `,${through}`}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The facts of every error about the request. */
export function factsOf({ registry, host, proxy }: Asked): {
  readonly registry: string;
  readonly host?: string;
  readonly proxy?: string;
} {
  return { registry, ...(host === undefined ? {} : { host }), ...(proxy === undefined ? {} : { proxy }) };
}
