import { useOperation } from '../../data/query.js';
import { useSettled } from '../../data/settled.js';
import type { Operation } from '../../pure/operation.js';
import type { Problem } from '../../pure/problem.js';

/** Milliseconds after the last change until the rules are tried. */
const pause = 400;

/** The outcome of rules as they are written. */
export interface Tried<Preview> {
  /** null: it is not known, or nobody is told. */
  readonly preview: Preview | null;
  readonly problem: Problem | null;
  /** It is of the rules before these. */
  readonly isAsking: boolean;
  readonly renew: () => void;
}

export interface TriedRules<Data, Variables, Preview> {
  readonly operation: Operation<Data, Variables>;
  /** null: the rules are those that are saved, or they cannot be tried. */
  readonly variables: Variables | null;
  /** Of the rules that are saved: it came with them. */
  readonly saved: Preview | null;
  readonly read: (data: Data) => Preview | null | undefined;
}

/** Tries rules once nobody changes them. Those that are saved came with what they do, and are not asked for again. */
export function useTried<Data, Variables, Preview>(rules: TriedRules<Data, Variables, Preview>): Tried<Preview> {
  const { operation, variables, saved, read } = rules;
  const settled = useSettled(variables, pause);
  const isSettled = JSON.stringify(settled) === JSON.stringify(variables);
  const { data, problem, isAsking, renew } = useOperation(operation, settled);
  if (variables === null) return { preview: saved, problem: null, isAsking: false, renew };
  return { preview: (data && read(data)) ?? saved, problem, isAsking: isAsking || !isSettled, renew };
}
