/** An error as a page shows it: what happened and what to do next, as the gateway said it. */
export interface Problem {
  /** The stable code of docs/errors.md; `NETWORK`: the gateway gave no answer at all. */
  readonly code: string;
  readonly message: string;
  /** By which the operator finds the request in the log; null: not known. */
  readonly requestId: string | null;
}

/** Errors as GraphQL answers have them. */
export type ToldErrors = readonly {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}[];

/** The first error of an answer; where there is none, no answer came. `away`: the sentence for that. */
export function readProblem(errors: ToldErrors, away: string): Problem {
  const [first] = errors;
  if (first === undefined) return { code: 'NETWORK', message: away, requestId: null };
  const { code, requestId } = first.extensions ?? {};
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: first.message,
    requestId: typeof requestId === 'string' ? requestId : null,
  };
}

/** Who asked is to log in (again) before anything is answered. */
export function isLoggedOut(problem: Problem): boolean {
  return problem.code === 'UNAUTHENTICATED' || problem.code === 'SESSION_OVER';
}
