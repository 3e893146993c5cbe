import { useCallback } from 'react';
import { useGateway } from '../../data/context.js';
import { deleteSelection, planSelection, type SelectionFragment } from '../../operations/deletion.js';
import type { Problem } from '../../pure/problem.js';
import { type PlannedWork, type Planning, readTold, type Told, usePlanned } from './planned.js';
import type { SelectionSubject } from './subject.js';

/** A plan over repositories, and whether any of it waits for a second person. */
export type SelectionPlan = SelectionFragment & { readonly needsApproval: boolean };

/** How far somebody is with a deletion from many repositories: nothing is to be chosen, and plans are not compared. */
export type Selecting = Planning<SelectionPlan, null, null>;

/** Plans a deletion from many repositories, and carries out just what was planned. */
export function useSelecting({ chosen }: SelectionSubject, onBegun: (() => void) | undefined): Selecting {
  const gateway = useGateway();
  const ask = useCallback<PlannedWork<SelectionPlan, null, null>['ask']>(
    async (_choice, planned) => {
      if (planned === null) {
        const { data, problem } = await gateway.ask(planSelection, { input: { ...chosen, dryRun: true } });
        return readSelection(data?.deleteSelection, problem);
      }
      const input = { ...chosen, dryRun: false, planToken: planned.token };
      const { data, problem } = await gateway.ask(deleteSelection, { input });
      return readSelection(data?.deleteSelection, problem);
    },
    [gateway, chosen],
  );
  return usePlanned({ ask, compare: compareNothing, choice: null, onBegun });
}

const compareNothing = (): null => null;

function readSelection(
  payload: Parameters<typeof readTold<SelectionFragment>>[0],
  problem: Problem | null,
): Told<SelectionPlan> {
  const told = readTold(payload, problem);
  if (told.plan === null) return { ...told, plan: null };
  const needsApproval = told.plan.repositories.some((one) => one.needsApproval);
  return { ...told, plan: { ...told.plan, needsApproval } };
}
