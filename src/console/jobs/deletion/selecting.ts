import { useCallback, useEffect, useRef, useState } from 'react';
import { useGateway } from '../../data/context.js';
import { deleteSelection, planSelection, type SelectionFragment } from '../../operations/deletion.js';
import type { FootStand } from './foot.js';
import type { DeletionStand } from './state.js';
import type { SelectionSubject } from './subject.js';

/** A plan over repositories, and whether any of it waits for a second person. */
export type SelectionPlan = SelectionFragment & { readonly needsApproval: boolean };

/** How far somebody is with a deletion from many repositories. */
export interface Selecting extends FootStand, Pick<DeletionStand, 'refusals' | 'problem' | 'jobId'> {
  readonly plan: SelectionPlan | null;
  readonly refusals: DeletionStand['refusals'];
}

type Stand = Omit<Selecting, 'planAgain' | 'begin'>;

const blank: Stand = {
  plan: null,
  plannedAt: 0,
  refusals: [],
  problem: null,
  isInvalid: false,
  isBusy: 'planning',
  jobId: null,
};

/** Plans a deletion from many repositories, and carries out just what was planned. */
export function useSelecting({ chosen }: SelectionSubject, onBegun: (() => void) | undefined): Selecting {
  const gateway = useGateway();
  const [stand, setStand] = useState(blank);
  const turn = useRef(0);
  const told = useRef(onBegun);
  told.current = onBegun;
  const planAgain = useCallback(() => {
    const mine = ++turn.current;
    setStand((before) => ({ ...before, isBusy: 'planning', problem: null }));
    void gateway.ask(planSelection, { input: { ...chosen, dryRun: true } }).then(({ data, problem }) => {
      if (mine !== turn.current) return;
      setStand({ ...blank, ...readPlanned(data?.deleteSelection), problem, isBusy: null });
    });
  }, [gateway, chosen]);
  const { plan } = stand;
  const begin = useCallback(() => {
    if (plan === null) return;
    const mine = ++turn.current;
    setStand((before) => ({ ...before, isBusy: 'beginning', problem: null }));
    const input = { ...chosen, dryRun: false, planToken: plan.token };
    void gateway.ask(deleteSelection, { input }).then(({ data, problem }) => {
      if (mine !== turn.current) return;
      const jobId = data?.deleteSelection.job?.id ?? null;
      const refused = jobId === null && problem === null ? readPlanned(data?.deleteSelection) : {};
      setStand((before) => ({ ...before, ...refused, jobId, problem, isBusy: null }));
      if (jobId !== null) told.current?.();
    });
  }, [gateway, chosen, plan]);
  const first = useRef(planAgain);
  useEffect(() => first.current(), []);
  return { ...stand, planAgain, begin };
}

interface Payload {
  readonly plan: SelectionFragment | null;
  readonly userErrors: DeletionStand['refusals'];
}

/** A plan that was refused without a new one is not taken any more. */
function readPlanned(payload: Payload | undefined): Partial<Stand> {
  const { plan = null, userErrors: refusals = [] } = payload ?? {};
  if (plan === null) return { refusals, isInvalid: refusals.length > 0 };
  const needsApproval = plan.repositories.some((one) => one.needsApproval);
  return { plan: { ...plan, needsApproval }, plannedAt: performance.now(), refusals, isInvalid: false };
}
