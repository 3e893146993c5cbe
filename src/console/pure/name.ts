/** A repository's name in two: the namespace with its slash, and the last part. */
export function splitName(name: string): readonly [namespace: string, base: string] {
  const at = name.lastIndexOf('/') + 1;
  return [name.slice(0, at), name.slice(at)];
}

/** A digest as a row shows it: twelve of its characters, without the algorithm. */
export function shortDigest(digest: string | null | undefined): string {
  return digest?.split(':').at(1)?.slice(0, 12) ?? '';
}
