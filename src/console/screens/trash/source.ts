import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import type { Rows } from '../../data/rows.js';
import { formerTags, type FormerTagsQuery } from '../../operations/trash.js';
import type { TrashSearch } from './search.js';

export type FormerTag = NonNullable<FormerTagsQuery['formerTags']>['nodes'][number];

/** The tags that are gone of some registries, or of all, the last that went first. `q`: a part of their names. */
export function useFormerTags({ registry, q }: Pick<TrashSearch, 'registry' | 'q'>): Rows<FormerTag, null> {
  const gateway = useGateway();
  const filter = { registries: registry, nameContains: q };
  return useCursorRows<FormerTag>(JSON.stringify(filter), async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(formerTags, { ...filter, first, after }, signal);
    if (!data?.formerTags) return { data: null, problem };
    return { data: toPage(data.formerTags), problem };
  });
}
