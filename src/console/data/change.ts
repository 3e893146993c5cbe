import { useState } from 'react';
import { useGateway } from './context.js';
import type { Operation } from '../pure/operation.js';
import type { Problem } from '../pure/problem.js';

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

/** The payload of a mutation, with `path` where it was asked for. */
export interface ToldPayload {
  readonly userErrors: readonly { readonly message: string; readonly path?: readonly string[] | null }[];
}

/** Why a mutation did nothing, as its payload or the whole answer says it; null: it was done. */
export function readRefusal(payload: ToldPayload | null | undefined, problem: Problem | null): Refusal | null {
  const first = payload?.userErrors[0] ?? problem;
  return first ? { message: first.message, path: ('path' in first && first.path) || null } : null;
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
    const payload = data === null ? undefined : (Object.values(data)[0] as ToldPayload | null | undefined);
    const found = readRefusal(payload, problem);
    setRefusal(found);
    return found ? null : data;
  };
  return { isBusy, refusal, run };
}

/** The refusal's sentence where it is about this argument. */
export function refusalOf(refusal: Refusal | null, argument: string): string | undefined {
  return refusal?.path?.includes(argument) ? refusal.message : undefined;
}

/** The texts of a form's fields by their names, without blanks around them; a password is as it was entered. */
export function readForm(form: HTMLFormElement): (name: string) => string {
  const entered = new FormData(form);
  return (name) => {
    const value = entered.get(name);
    if (typeof value !== 'string') return '';
    const field = form.elements.namedItem(name);
    return field instanceof HTMLInputElement && field.type === 'password' ? value : value.trim();
  };
}
