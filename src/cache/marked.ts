import type { AnswerCache, KeptAnswer } from './answers.js';

/** A text that goes into a kept answer, before the byte `at`. */
export interface Mark {
  readonly at: number;
  readonly text: string;
}

/**
 * Milliseconds by which two looks at how long the database has been away may come to another time. A mark that is
 * wrong by more is of a time before.
 */
const tolerance = 1000;

/**
 * Gives the answer with a mark of when it was last known to be right, and keeps it so in its place: `place` says once
 * for all who ask what stands where. Other bytes have no tag of the kept ones, and are in no coding yet.
 */
export function markKept(
  cache: AnswerCache,
  key: string,
  known: KeptAnswer,
  since: number,
  place: (body: Buffer) => Mark,
): KeptAnswer {
  if (known.mark && Math.abs(known.mark.since - since) <= tolerance) return known;
  const { body, etag, ...rest } = unmark(known);
  const { at, text } = place(body);
  const added = Buffer.from(text);
  const marked = Buffer.concat([body.subarray(0, at), added, body.subarray(at)]);
  const mark = { at, length: added.length, since, etag };
  const form = { ...rest, body: marked, etag: null, coded: new Map(), mark };
  cache.replace(key, known, form);
  return form;
}

/** Gives the answer as it was made, and keeps it so: what would vouch for it is back. */
export function unmarkKept(cache: AnswerCache, key: string, known: KeptAnswer): KeptAnswer {
  const plain = unmark(known);
  if (plain !== known) cache.replace(key, known, plain);
  return plain;
}

function unmark(answer: KeptAnswer): KeptAnswer {
  const { body, mark, ...rest } = answer;
  if (mark === undefined) return answer;
  const { at, length, etag } = mark;
  return { ...rest, body: Buffer.concat([body.subarray(0, at), body.subarray(at + length)]), etag, coded: new Map() };
}
