import { hash } from 'node:crypto';
import { type Digest, isDigest } from './digest.js';

/** The base of an image, as somebody who built it says: whoever may push can write what they like there. */
export interface StatedBase {
  /** A reference: `docker.io/library/debian:12`. As it was written, up to `longestBaseName` characters. */
  readonly name: string | null;
  readonly digest: Digest | null;
}

/** Characters of a name that are kept: a reference has fewer. */
export const longestBaseName = 512;

/** Reads what annotations say of the base: OCI image-spec, annotations.md. null: nothing that could be. */
export function readStatedBase(annotations: Readonly<Record<string, unknown>>): StatedBase | null {
  const name = annotations['org.opencontainers.image.base.name'];
  const digest = annotations['org.opencontainers.image.base.digest'];
  const base = {
    name: typeof name === 'string' && name !== '' ? name.slice(0, longestBaseName).toWellFormed() : null,
    digest: isDigest(digest) ? digest : null,
  };
  return base.name === null && base.digest === null ? null : base;
}

/** Characters of base64url, 96 bits: to make another stack of the same text takes 2^96 attempts. */
const stackLength = 16;

/**
 * Tells stacks of layers apart: for each layer, bottom first, a text that follows from its digest and those of all
 * layers below it. An image is built on another where its stack has that of the other within.
 */
export function stackLayers(digests: readonly Digest[]): string[] {
  let stack = '';
  return digests.map((digest) => (stack = hash('sha256', `${stack} ${digest}`, 'base64url').slice(0, stackLength)));
}

/** The stacks of an image, as its rows have them. */
export interface ImageStack {
  /** Of all its layers; empty: it has none, or they are not known whole. */
  readonly whole: string;
  /** For each layer, bottom first, those up to it; null of the topmost, whose stack is the whole one. */
  readonly below: readonly (string | null)[];
}

/**
 * Of an image whose layers are all known: then its size is. What an artifact holds is no stack: it is built on nothing,
 * and nothing is built on it.
 */
export function stackOf(
  { kind, layers }: { readonly kind: string; readonly layers: readonly { readonly digest: Digest }[] },
  size: number | null,
): ImageStack {
  if (kind !== 'image' || size === null || layers.length === 0) return { whole: '', below: layers.map(() => null) };
  const stacks = stackLayers(layers.map(({ digest }) => digest));
  return { whole: stacks.at(-1)!, below: [...stacks.slice(0, -1), null] };
}

/** A layer that some image has. */
export interface UsedLayer {
  readonly key: number;
  readonly digest: Digest;
  /** Bytes, as the image says that the gateway came to know last; null: it says none that can be. */
  readonly size: number | null;
  readonly mediaType: string;
}

/** How many have a layer. */
export interface LayerCounts {
  readonly images: number;
  readonly repositories: number;
}
