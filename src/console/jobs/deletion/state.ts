import { useCallback } from 'react';
import { useGateway } from '../../data/context.js';
import { useChanges } from '../../data/live.js';
import {
  deleteRepository,
  deleteTags,
  planRepository,
  planTags,
  type PlanFragment,
} from '../../operations/deletion.js';
import { comparePlans, type PlanChanges } from '../../pure/plan.js';
import { type PlannedWork, type Planning, readTold, usePlanned } from './planned.js';
import { toRepositoryInput, toTagsInput, type DeletionSubject } from './subject.js';

export type Plan = PlanFragment;

/** How far somebody is with a deletion; its choice: that tags of the same images go along. */
export type Deleting = Planning<Plan, PlanChanges, boolean>;

/** Plans a deletion from one repository, and carries out just what was planned. */
export function useDeleting(subject: DeletionSubject, onBegun: (() => void) | undefined): Deleting {
  const ask = useAsk(subject);
  const deleting = usePlanned({ ask, compare: comparePlans, choice: false, onBegun });
  useChanges(
    ({ kind, registryName, repositoryName }) =>
      kind.startsWith('TAG_') && registryName === subject.registry && repositoryName === subject.repository,
    deleting.markOld,
  );
  return deleting;
}

function useAsk(subject: DeletionSubject): PlannedWork<Plan, PlanChanges, boolean>['ask'] {
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
