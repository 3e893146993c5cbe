import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import type { Rows } from '../../data/rows.js';
import { formerTags, type FormerTagsQuery } from '../../operations/trash.js';

export type FormerTag = NonNullable<FormerTagsQuery['formerTags']>['nodes'][number];

/** The tags that are gone of some registries, or of all, the last that went first. */
export function useFormerTags(registries: readonly string[] | undefined): Rows<FormerTag, null> {
  const gateway = useGateway();
  return useCursorRows<FormerTag>(JSON.stringify(registries ?? null), async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(formerTags, { registries, first, after }, signal);
    if (!data?.formerTags) return { data: null, problem };
    return { data: toPage(data.formerTags), problem };
  });
}
