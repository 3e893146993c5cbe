import { useEffect, useMemo, useState } from 'react';
import type { BatchSource } from '../../data/batches.js';
import { useGateway } from '../../data/context.js';
import { activity, askers, type ToldEventFragment } from '../../operations/activity.js';
import { readActivityFilter, type ActivitySearch } from './search.js';

export function useActivitySource(search: ActivitySearch): BatchSource<ToldEventFragment> {
  const gateway = useGateway();
  return useMemo(
    () => ({
      key: JSON.stringify(search),
      async load(asked, signal) {
        const filter = readActivityFilter(search, new Date());
        const { data, problem } = await gateway.ask(activity, { filter, ...asked }, signal);
        const list = data?.activity;
        if (!list) return { data: null, problem };
        const { nodes, totalCount, pageInfo } = list;
        const { hasNextPage, endCursor } = pageInfo;
        return { data: { nodes, total: totalCount, hasNextPage, endCursor: endCursor ?? null, head: null }, problem };
      },
    }),
    [gateway, search],
  );
}

/** Ids that `nodes` takes at once. */
const mostIds = 100;

/** Who asked for the jobs that the events are about, by the jobs' ids. Events come first; the names follow. */
export function useAskers(events: readonly ToldEventFragment[]): ReadonlyMap<string, string> {
  const gateway = useGateway();
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const ids = [...new Set(events.flatMap(({ jobId }) => jobId ?? []))].filter((id) => !known.has(id));
    if (ids.length === 0) return;
    const controller = new AbortController();
    void gateway.ask(askers, { ids: ids.slice(0, mostIds) }, controller.signal).then(({ data }) => {
      if (controller.signal.aborted || data === null) return;
      // A job that is gone, or that is not for whoever looks, has no name, and is not asked for again.
      const found = new Map(ids.slice(0, mostIds).map((id) => [id, '']));
      for (const job of data.nodes ?? []) if (job && 'requestedBy' in job) found.set(job.id, job.requestedBy);
      setKnown((before) => new Map([...before, ...found]));
    });
    return () => controller.abort();
  }, [gateway, events, known]);
  return known;
}
