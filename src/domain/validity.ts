/** Says whether what an answer stands on is still so. Cheap: it is called each time that the answer is given again. */
export type AnswerCondition = () => boolean;

/** Conditions of one answer: each is called for it. */
const mostConditions = 20;

/**
 * For how long an answer may be given again, beside the index: until it changes is the rule, and what else an answer
 * depends on is noted here by whoever looked at it.
 */
export interface Validity {
  /** The answer holds no longer than the condition does. `subject` names what it is of: the same one is noted once. */
  require(subject: string, condition: AnswerCondition): void;
  /** The answer holds for this moment only. */
  end(): void;
  /** All of them must hold; null: the answer is not to be given again. */
  readonly conditions: readonly AnswerCondition[] | null;
}

/** One that depends on more than a few things ends: their conditions would cost what the answer does. */
export function createValidity(): Validity {
  const required = new Map<string, AnswerCondition>();
  let isOver = false;
  return {
    require(subject, condition) {
      if (required.size >= mostConditions && !required.has(subject)) isOver = true;
      else required.set(subject, condition);
    },
    end() {
      isOver = true;
    },
    get conditions() {
      return isOver ? null : [...required.values()];
    },
  };
}
