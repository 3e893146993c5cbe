/**
 * Content codings (RFC 9110 §8.4.1) that answers are sent in, the best first: by what they leave of an answer for their
 * CPU.
 */
export const compressions = ['zstd', 'br', 'gzip'] as const;
export type Compression = (typeof compressions)[number];
/** `identity`: as it is. */
export type Coding = Compression | 'identity';

/** Entries of a header that are read; nobody knows that many codings. */
const longestList = 32;

/** `identity` is acceptable where nothing is said of it, and the last to be taken. */
const leastWeight = 0.0001;

/**
 * The codings that an `Accept-Encoding` (RFC 9110 §12.5.3) lets an answer be sent in, the client's favourite first;
 * never empty. Where it refuses everything the answer is sent as it is, which §15.5.7 allows: 406 would help nobody. An
 * entry that cannot be read accepts nothing.
 */
export function listAccepted(header: string | undefined): readonly Coding[] {
  if (!header) return plain;
  const weights = readWeights(header);
  const others = weights.get('*');
  const offers: Offer[] = compressions.map((coding, at) => {
    const named = weights.get(coding);
    // Who takes anything may have thought of gzip, and hardly of what came after it.
    return {
      coding,
      weight: named ?? others ?? 0,
      rank: named === undefined ? compressions.length - at : at - compressions.length,
    };
  });
  offers.push({
    coding: 'identity',
    weight: weights.get('identity') ?? (others === 0 ? 0 : leastWeight),
    rank: offers.length + 1,
  });
  const accepted = offers.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || a.rank - b.rank);
  return accepted.length > 0 ? accepted.map(({ coding }) => coding) : plain;
}

const plain: readonly Coding[] = ['identity'];

interface Offer {
  readonly coding: Coding;
  readonly weight: number;
  /** Of offers of one weight the lowest comes first. */
  readonly rank: number;
}

/** By the codings' names; one that is given twice has what is said of it that is least. */
function readWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const entry of header.split(',', longestList)) {
    const end = entry.indexOf(';');
    const weight = end === -1 ? 1 : readWeight(entry.slice(end));
    if (weight === null) continue;
    const name = (end === -1 ? entry : entry.slice(0, end)).trim().toLowerCase();
    // RFC 9110 §8.4.1.3.
    const coding = name === 'x-gzip' ? 'gzip' : name;
    weights.set(coding, Math.min(weight, weights.get(coding) ?? 1));
  }
  return weights;
}

/** Of what follows a name; null where it cannot be read. */
function readWeight(text: string): number | null {
  const [, weight] = /^;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i.exec(text) ?? [];
  return weight === undefined ? null : Number(weight);
}
