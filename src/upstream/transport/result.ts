import type { Answer } from '../failure/asked.js';

/** The outcome of a call as a value, so that it can be judged before it is returned or thrown. */
export type Result = { readonly answer: Answer } | { readonly error: unknown };

export async function settle(call: Promise<Answer>): Promise<Result> {
  try {
    return { answer: await call };
  } catch (error) {
    return { error };
  }
}

/** Gives the answer, or throws. */
export function unwrap(result: Result): Answer {
  if ('answer' in result) return result.answer;
  throw result.error;
}
