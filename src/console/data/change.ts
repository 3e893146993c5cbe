import { useState } from 'react';
import { useGateway } from './context.js';
import type { Operation } from '../pure/operation.js';

/** Why a mutation did nothing. */
export interface Refusal {
  readonly message: string;
  /** The argument that was wrong, outermost first; null: none in particular. */
  readonly path: readonly string[] | null;
}

/** A mutation of one field, with errors as the gateway says them. */
export interface Change<Data, Input> {
  readonly isBusy: boolean;
  readonly refusal: Refusal | null;
  /** Gives what was answered; null: it was refused, and `refusal` says why. */
  readonly run: (input: Input) => Promise<Data | null>;
}

interface Payload {
  readonly userErrors: readonly { readonly message: string; readonly path: readonly string[] | null }[];
}

export function useChange<Data extends object, Input>(
  operation: Operation<Data, { input: Input }>,
): Change<Data, Input> {
  const gateway = useGateway();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = async (input: Input): Promise<Data | null> => {
    setBusy(true);
    const { data, problem } = await gateway.ask(operation, { input });
    setBusy(false);
    const payload = data === null ? undefined : (Object.values(data)[0] as Payload | null | undefined);
    const first = payload?.userErrors[0] ?? (problem && { message: problem.message, path: null });
    setRefusal(first ?? null);
    return first ? null : data;
  };
  return { isBusy, refusal, run };
}

/** The refusal's sentence where it is about this argument. */
export function refusalOf(refusal: Refusal | null, argument: string): string | undefined {
  return refusal?.path?.includes(argument) ? refusal.message : undefined;
}

/** The texts of a form's fields by their names. */
export function readForm(form: HTMLFormElement): (name: string) => string {
  const entered = new FormData(form);
  return (name) => {
    const value = entered.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
}
