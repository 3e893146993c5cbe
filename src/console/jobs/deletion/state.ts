import { useCallback, useEffect, useRef, useState } from 'react';
import { useGateway } from '../../data/context.js';
import { useChanges } from '../../data/live.js';
import {
  deleteRepository,
  deleteTags,
  planRepository,
  planTags,
  type PlanFragment,
  type RefusalFragment,
} from '../../operations/deletion.js';
import { comparePlans, type PlanChanges } from '../../pure/plan.js';
import type { Problem } from '../../pure/problem.js';
import { toRepositoryInput, toTagsInput, type DeletionSubject, type PlannedDeletion } from './subject.js';

export type Plan = PlanFragment;
export type Refusal = RefusalFragment;

/** How far somebody is with a deletion. */
export interface DeletionStand {
  readonly plan: Plan | null;
  /** When the plan came, by `performance.now`. */
  readonly plannedAt: number;
  /** Why it was not done, or would not be. */
  readonly refusals: readonly Refusal[];
  readonly problem: Problem | null;
  /** The part of the plan that the one before had not, where a deletion was refused for it. */
  readonly changes: PlanChanges | null;
  /** The token is not taken any more. */
  readonly isInvalid: boolean;
  /** The repository has changed since: by what the gateway tells, and perhaps not in what the plan is about. */
  readonly isOld: boolean;
  readonly isBusy: 'planning' | 'beginning' | null;
  /** The job that deletes; null: none has begun. */
  readonly jobId: string | null;
}

const blank: DeletionStand = {
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

export interface Deleting extends DeletionStand {
  readonly withSiblings: boolean;
  readonly planAgain: (withSiblings?: boolean) => void;
  /** Carries out the plan that is shown. */
  readonly begin: () => void;
}

/** Plans a deletion, and carries out just what was planned. */
export function useDeleting(subject: DeletionSubject, onBegun: (() => void) | undefined): Deleting {
  const ask = useAsk(subject);
  const [stand, setStand] = useState(blank);
  const [withSiblings, setWithSiblings] = useState(false);
  const turn = useRef(0);
  const told = useRef(onBegun);
  told.current = onBegun;
  const planAgain = useCallback(
    (siblings?: boolean) => {
      const mine = ++turn.current;
      if (siblings !== undefined) setWithSiblings(siblings);
      setStand((before) => ({ ...before, isBusy: 'planning', problem: null }));
      void ask(siblings ?? withSiblings, null).then((answer) => {
        if (mine !== turn.current) return;
        setStand((before) => ({ ...blank, ...afterPlan(before, answer), isBusy: null }));
      });
    },
    [ask, withSiblings],
  );
  const { plan } = stand;
  const begin = useCallback(() => {
    if (plan === null) return;
    const mine = ++turn.current;
    setStand((before) => ({ ...before, isBusy: 'beginning', problem: null }));
    void ask(withSiblings, plan).then((answer) => {
      if (mine !== turn.current) return;
      setStand((before) => ({ ...before, ...afterBeginning(plan, answer), isBusy: null }));
      if (answer.jobId !== null) told.current?.();
    });
  }, [ask, plan, withSiblings]);
  const first = useRef(planAgain);
  useEffect(() => first.current(), []);
  useChanges(
    ({ kind, registryName, repositoryName }) =>
      kind.startsWith('TAG_') && registryName === subject.registry && repositoryName === subject.repository,
    () => setStand((before) => (before.plan === null ? before : { ...before, isOld: true })),
  );
  return { ...stand, withSiblings, planAgain, begin };
}

interface Told {
  readonly plan: Plan | null;
  readonly refusals: readonly Refusal[];
  readonly jobId: string | null;
  readonly problem: Problem | null;
}

/** Plans where `planned` is null, else carries it out. */
type Ask = (withSiblings: boolean, planned: PlannedDeletion | null) => Promise<Told>;

function useAsk(subject: DeletionSubject): Ask {
  const gateway = useGateway();
  return useCallback(
    async (withSiblings, planned) => {
      if (subject.kind === 'repository') {
        const input = toRepositoryInput(subject, planned);
        if (planned === null) {
          const { data, problem } = await gateway.ask(planRepository, { input });
          return readTold(data?.deleteRepository, problem);
        }
        const { data, problem } = await gateway.ask(deleteRepository, { input });
        return readTold(data?.deleteRepository, problem);
      }
      const input = toTagsInput(subject, withSiblings, planned);
      if (planned === null) {
        const { data, problem } = await gateway.ask(planTags, { input });
        return readTold(data?.deleteTags, problem);
      }
      const { data, problem } = await gateway.ask(deleteTags, { input });
      return readTold(data?.deleteTags, problem);
    },
    [gateway, subject],
  );
}

interface Payload {
  readonly plan: Plan | null;
  readonly userErrors: readonly Refusal[];
  readonly job?: { readonly id: string } | null;
}

function readTold(payload: Payload | undefined, problem: Problem | null): Told {
  return {
    plan: payload?.plan ?? null,
    refusals: payload?.userErrors ?? [],
    jobId: payload?.job?.id ?? null,
    problem,
  };
}

/** A plan that could not be had leaves the one before, whose token may be taken still. */
function afterPlan(before: DeletionStand, { plan, refusals, problem }: Told): Partial<DeletionStand> {
  if (plan === null && problem !== null) return { ...before, problem };
  const changes = plan !== null && before.plan !== null && before.isOld ? comparePlans(before.plan, plan) : null;
  return { plan, plannedAt: performance.now(), refusals, problem, changes };
}

function afterBeginning(before: Plan, { plan, refusals, jobId, problem }: Told): Partial<DeletionStand> {
  if (jobId !== null || problem !== null) return { jobId, problem };
  const isInvalid = refusals.some(({ code }) => code === 'PLAN_INVALID');
  if (plan === null) return { refusals, isInvalid: true };
  return { plan, plannedAt: performance.now(), refusals, changes: comparePlans(before, plan), isInvalid, isOld: false };
}
