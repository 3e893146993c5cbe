import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefusalFragment } from '../../operations/deletion.js';
import type { Problem } from '../../pure/problem.js';

export type Refusal = RefusalFragment;

/** How far somebody is with what is planned first, and then carried out just as it was planned. */
export interface PlannedStand<Plan, Changes> {
  readonly plan: Plan | null;
  /** When the plan came, by `performance.now`. */
  readonly plannedAt: number;
  /** Why it was not done, or would not be. */
  readonly refusals: readonly Refusal[];
  readonly problem: Problem | null;
  /** The part of the plan that the one before had not, where it was refused for it. */
  readonly changes: Changes | null;
  /** The token is not taken any more. */
  readonly isInvalid: boolean;
  /** The content has changed since: by what the gateway tells, and perhaps not in what the plan is about. */
  readonly isOld: boolean;
  readonly isBusy: 'planning' | 'beginning' | null;
  /** The job that does it; null: none has begun. */
  readonly jobId: string | null;
}

export interface Told<Plan> {
  readonly plan: Plan | null;
  readonly refusals: readonly Refusal[];
  readonly jobId: string | null;
  readonly problem: Problem | null;
}

export interface PlannedWork<Plan, Changes, Choice> {
  /** Plans where `planned` is null, else carries it out. */
  readonly ask: (choice: Choice, planned: Plan | null) => Promise<Told<Plan>>;
  readonly compare: (before: Plan, after: Plan) => Changes | null;
  /** The choice that it is first planned with. */
  readonly choice: Choice;
  readonly onBegun: (() => void) | undefined;
}

export interface Planning<Plan, Changes, Choice> extends PlannedStand<Plan, Changes> {
  readonly choice: Choice;
  readonly planAgain: (choice?: Choice) => void;
  /** Carries out the plan that is shown. */
  readonly begin: () => void;
  readonly markOld: () => void;
}

const blank: PlannedStand<never, never> = {
  plan: null,
  plannedAt: 0,
  refusals: [],
  problem: null,
  changes: null,
  isInvalid: false,
  isOld: false,
  isBusy: 'planning',
  jobId: null,
};

/** Plans at once, again with each other choice, and then carries out just what was planned. */
export function usePlanned<Plan, Changes, Choice>({
  ask,
  compare,
  onBegun,
  choice: first,
}: PlannedWork<Plan, Changes, Choice>): Planning<Plan, Changes, Choice> {
  const [stand, setStand] = useState<PlannedStand<Plan, Changes>>(blank);
  const [choice, setChoice] = useState(first);
  const turn = useRef(0);
  const known = useRef({ compare, onBegun });
  known.current = { compare, onBegun };
  const planAgain = useCallback(
    (chosen: Choice = choice) => {
      const mine = ++turn.current;
      setChoice(() => chosen);
      setStand((before) => ({ ...before, isBusy: 'planning', problem: null }));
      void ask(chosen, null).then((answer) => {
        if (mine !== turn.current) return;
        setStand((before) => ({ ...blank, ...afterPlan(before, answer, known.current.compare), isBusy: null }));
      });
    },
    [ask, choice],
  );
  const { plan } = stand;
  const begin = useCallback(() => {
    if (plan === null) return;
    const mine = ++turn.current;
    setStand((before) => ({ ...before, isBusy: 'beginning', problem: null }));
    void ask(choice, plan).then((answer) => {
      if (mine !== turn.current) return;
      const after = afterBeginning(plan, answer, known.current.compare);
      setStand((before) => ({ ...before, ...after, isBusy: null }));
      if (answer.jobId !== null) known.current.onBegun?.();
    });
  }, [ask, plan, choice]);
  const atFirst = useRef(planAgain);
  useEffect(() => atFirst.current(), []);
  const markOld = useCallback(
    () => setStand((before) => (before.plan === null ? before : { ...before, isOld: true })),
    [],
  );
  return { ...stand, choice, planAgain, begin, markOld };
}

interface Payload<Plan> {
  readonly plan: Plan | null;
  readonly userErrors: readonly Refusal[];
  readonly job?: { readonly id: string } | null;
}

export function readTold<Plan>(payload: Payload<Plan> | undefined, problem: Problem | null): Told<Plan> {
  return {
    plan: payload?.plan ?? null,
    refusals: payload?.userErrors ?? [],
    jobId: payload?.job?.id ?? null,
    problem,
  };
}

type Compare<Plan, Changes> = (before: Plan, after: Plan) => Changes | null;

/** A plan that could not be had leaves the one before, whose token may be taken still. */
function afterPlan<Plan, Changes>(
  before: PlannedStand<Plan, Changes>,
  { plan, refusals, problem }: Told<Plan>,
  compare: Compare<Plan, Changes>,
): Partial<PlannedStand<Plan, Changes>> {
  if (plan === null && problem !== null) return { ...before, problem };
  const changes = plan !== null && before.plan !== null && before.isOld ? compare(before.plan, plan) : null;
  return { plan, plannedAt: performance.now(), refusals, problem, changes };
}

function afterBeginning<Plan, Changes>(
  before: Plan,
  { plan, refusals, jobId, problem }: Told<Plan>,
  compare: Compare<Plan, Changes>,
): Partial<PlannedStand<Plan, Changes>> {
  if (jobId !== null || problem !== null) return { jobId, problem };
  const isInvalid = refusals.some(({ code }) => code === 'PLAN_INVALID');
  if (plan === null) return { refusals, isInvalid: true };
  return { plan, plannedAt: performance.now(), refusals, changes: compare(before, plan), isInvalid, isOld: false };
}
