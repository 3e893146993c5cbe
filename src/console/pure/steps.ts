/** A layer as its image lists it. */
export interface StackedLayer {
  readonly digest: string;
  readonly size: number | null;
}

/** A step of a build as its image tells it. */
export interface BuildStep {
  readonly instruction: string | null;
  readonly createdBy: string | null;
  /** null: the step made none, or the image does not say which. */
  readonly layer: StackedLayer | null;
}

/** A line of a build: a layer with the step that made it, or steps that made none. */
export type BuildLine<Layer extends StackedLayer, Step extends BuildStep> =
  | { readonly kind: 'layer'; readonly layer: Layer; readonly step: Step | null }
  | { readonly kind: 'empty'; readonly steps: readonly Step[] };

/**
 * Puts each layer once, in the order they are stacked, with its step, and the steps that made none between them. Steps
 * of images are what their builders wrote: a layer that no step names, or that an earlier line has, stands alone.
 */
export function arrangeBuild<Layer extends StackedLayer, Step extends BuildStep>(
  layers: readonly Layer[],
  steps: readonly Step[],
): BuildLine<Layer, Step>[] {
  const lines: BuildLine<Layer, Step>[] = [];
  let at = 0;
  let empty: Step[] = [];
  const closeEmpty = (): void => {
    if (empty.length > 0) lines.push({ kind: 'empty', steps: empty });
    empty = [];
  };
  for (const step of steps) {
    const found = step.layer === null ? -1 : indexFrom(layers, step.layer.digest, at);
    if (found < 0) {
      empty.push(step);
      continue;
    }
    closeEmpty();
    for (; at < found; at++) lines.push({ kind: 'layer', layer: layers[at]!, step: null });
    lines.push({ kind: 'layer', layer: layers[at++]!, step });
  }
  closeEmpty();
  for (; at < layers.length; at++) lines.push({ kind: 'layer', layer: layers[at]!, step: null });
  return lines;
}

function indexFrom(layers: readonly StackedLayer[], digest: string, from: number): number {
  for (let at = from; at < layers.length; at++) if (layers[at]!.digest === digest) return at;
  return -1;
}

/** Steps of two builds that stand side by side; one side may have none. */
export interface StepPair<Step> {
  readonly difference: 'ADDED' | 'CHANGED' | 'REMOVED' | 'SAME';
  readonly base: Step | null;
  readonly head: Step | null;
}

/**
 * Between steps whose commands are the same, what went stands beside what came in its place, the first beside the
 * first, as people read two builds: such a pair is CHANGED.
 */
export function pairReplaced<Step>(pairs: readonly StepPair<Step>[]): StepPair<Step>[] {
  const rows: StepPair<Step>[] = [];
  let gone: StepPair<Step>[] = [];
  let come: StepPair<Step>[] = [];
  const close = (): void => {
    for (let at = 0; at < Math.max(gone.length, come.length); at++) {
      const [before, after] = [gone[at], come[at]];
      if (before && after) rows.push({ difference: 'CHANGED', base: before.base, head: after.head });
      else rows.push((before ?? after)!);
    }
    gone = [];
    come = [];
  };
  for (const pair of pairs) {
    if (pair.difference === 'REMOVED') gone.push(pair);
    else if (pair.difference === 'ADDED') come.push(pair);
    else {
      close();
      rows.push(pair);
    }
  }
  close();
  return rows;
}

/** A step in words: as a Dockerfile has it, else as the builder wrote it; null: nothing is said. */
export function wordStep({ instruction, createdBy }: BuildStep): string | null {
  return instruction || createdBy || null;
}
