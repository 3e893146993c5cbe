import { type Arbitrary, array, boolean, constantFrom, nat, record } from 'fast-check';
import { type Built, buildCosignSignature, buildImage, buildIndex, signatureTag } from './images.js';

/**
 * A repository and what is asked of it, as fast-check makes and shrinks it; numbers point to things that came before,
 * modulo their count.
 */
export interface GraphSpec {
  /** The layers of each image, of five that all may share. */
  readonly images: readonly (readonly number[])[];
  readonly indexes: readonly { readonly children: readonly number[]; readonly attestation: boolean }[];
  readonly tags: readonly { readonly on: number; readonly isAsked: boolean }[];
  /** With a tag of cosign's beside them. */
  readonly signed: readonly { readonly on: number; readonly isAsked: boolean }[];
  /** What a second repository of the registry has too, tagged. */
  readonly elsewhere: readonly number[];
  readonly way: 'tags' | 'siblings' | 'repository';
}

export const anyGraph: Arbitrary<GraphSpec> = record({
  images: array(array(nat(4), { maxLength: 3 }), { minLength: 1, maxLength: 5 }),
  indexes: array(record({ children: array(nat(), { minLength: 1, maxLength: 3 }), attestation: boolean() }), {
    maxLength: 3,
  }),
  tags: array(record({ on: nat(), isAsked: boolean() }), { minLength: 1, maxLength: 8 }),
  signed: array(record({ on: nat(), isAsked: boolean() }), { maxLength: 2 }),
  elsewhere: array(nat(), { maxLength: 2 }),
  way: constantFrom('tags', 'tags', 'siblings', 'siblings', 'repository'),
});

/** What is pushed. */
export interface Graph {
  readonly tags: ReadonlyMap<string, Built>;
  readonly elsewhere: readonly Built[];
  /** What is asked for, by name. */
  readonly asked: readonly string[];
}

/** `name` makes its content different from every other graph's. */
export function buildGraph(spec: GraphSpec, name: string): Graph {
  const nodes = spec.images.map((layers, i) =>
    buildImage({
      labels: { graph: name, image: `${i}` },
      layers: layers.map((layer) => ({ seed: `${name} ${layer}`, size: 200 + layer })),
    }),
  );
  const pick = (n: number): Built => nodes[n % nodes.length]!;
  for (const [i, { children, attestation }] of spec.indexes.entries()) {
    const distinct = [...new Set(children.map(pick))];
    nodes.push(buildIndex(distinct, { attestation, annotations: { graph: name, index: `${i}` } }));
  }
  const tags = new Map<string, Built>();
  const asked: string[] = [];
  const add = (name: string, built: Built, isAsked: boolean): void => {
    tags.set(name, built);
    if (isAsked && !asked.includes(name)) asked.push(name);
  };
  for (const [i, { on, isAsked }] of spec.tags.entries()) add(`t${i}`, pick(on), isAsked);
  for (const { on, isAsked } of spec.signed)
    add(signatureTag(pick(on).digest), buildCosignSignature(pick(on)), isAsked);
  return { tags, elsewhere: spec.elsewhere.map(pick), asked };
}

/** What a deletion is to do. */
export interface Expected {
  readonly staying: ReadonlyMap<string, Built>;
  /** Taken off their image, which stays. */
  readonly alone: readonly string[];
  readonly also: readonly string[];
  /** Digests of manifests. */
  readonly gone: ReadonlySet<string>;
  /** Digests of manifests that something staying needs. */
  readonly kept: ReadonlySet<string>;
  /** Of signatures that stay, whose image goes. */
  readonly orphaned: ReadonlySet<string>;
  /** Bytes. */
  readonly reclaimable: number;
}

/** Worked out from the content alone, without the code under test. */
export function foretell({ tags, elsewhere, asked }: Graph, way: GraphSpec['way']): Expected {
  const askedDigests = new Set(asked.map((name) => tags.get(name)!.digest));
  const isGoing = (name: string, { digest }: Built): boolean =>
    way === 'repository' || asked.includes(name) || (way === 'siblings' && askedDigests.has(digest));
  const going = [...tags].filter(([name, built]) => isGoing(name, built));
  const staying = [...tags].filter(([name, built]) => !isGoing(name, built));
  const kept = reach(staying.map(([, built]) => built));
  const gone = new Map(
    [...reach(going.map(([, built]) => built).filter(({ digest }) => !kept.has(digest)))].filter(
      ([digest]) => !kept.has(digest),
    ),
  );
  const needed = new Set([...kept.values(), ...reach(elsewhere).values()].flatMap(blobsOf).map(({ digest }) => digest));
  const freed = new Map(
    [...gone.values()]
      .flatMap(blobsOf)
      .filter(({ digest }) => !needed.has(digest))
      .map(({ digest, size }) => [digest, size]),
  );
  const orphaned = [...gone.keys()].flatMap(
    (digest) => staying.find(([name]) => name === signatureTag(digest))?.[1].digest ?? [],
  );
  return {
    staying: new Map(staying),
    alone: going.filter(([, { digest }]) => kept.has(digest)).map(([name]) => name),
    also: way === 'siblings' ? going.map(([name]) => name).filter((name) => !asked.includes(name)) : [],
    gone: new Set(gone.keys()),
    kept: new Set(kept.keys()),
    orphaned: new Set(orphaned),
    reclaimable: [...freed.values()].reduce((sum, size) => sum + size, 0),
  };
}

function reach(roots: readonly Built[]): Map<string, Built> {
  const found = new Map<string, Built>();
  const visit = (built: Built): void => {
    found.set(built.digest, built);
    built.children.forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

function blobsOf({ config, layers }: Built): { digest: string; size: number }[] {
  return [...(config ? [config] : []), ...layers];
}
