import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../pure/problem.js';
import { useConnected } from './context.js';
import type { Operation } from '../pure/operation.js';

/** An operation as a screen shows it: what was answered last stays while it is asked again. */
export interface Shown<Data> {
  readonly data: Data | null;
  readonly problem: Problem | null;
  readonly isAsking: boolean;
  /** Asks again; what is shown stays until the answer comes. */
  readonly renew: () => void;
}

/** `variables` null: nothing is asked yet. Asks again whenever variables change, and after each log-in. */
export function useOperation<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables | null,
): Shown<Data> {
  const { gateway, session } = useConnected();
  const [answer, setAnswer] = useState<Kept<Data>>({ data: null, problem: null, question: null });
  const [turn, setTurn] = useState(0);
  const key = variables === null ? null : JSON.stringify(variables);
  const question = key === null ? null : `${session.epoch} ${turn} ${key}`;
  const latest = useRef(variables);
  latest.current = variables;
  useEffect(() => {
    if (question === null) return;
    const controller = new AbortController();
    void gateway.ask(operation, latest.current as Variables, controller.signal).then(({ data, problem }) => {
      if (controller.signal.aborted) return;
      setAnswer((before) => ({ data: data ?? before.data, problem, question }));
    });
    return () => controller.abort();
  }, [gateway, operation, question]);
  const renew = useCallback(() => setTurn((before) => before + 1), []);
  return { data: answer.data, problem: answer.problem, isAsking: answer.question !== question, renew };
}

/** The last answer, and the question that it answers. */
interface Kept<Data> {
  readonly data: Data | null;
  readonly problem: Problem | null;
  readonly question: string | null;
}
