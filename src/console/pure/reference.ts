/** A tag by the names that lead to it. */
export interface TagName {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/** `team/app:1.2` in two; null: there is no tag in it. Neither names nor tags have a colon. */
export function splitTag(text: string): readonly [repository: string, tag: string] | null {
  const at = text.lastIndexOf(':');
  return at < 1 || at === text.length - 1 ? null : [text.slice(0, at), text.slice(at + 1)];
}

/** A tag as a comparison names its sides: `local/team/app:1.2`. */
export function printTag({ registry, repository, tag }: TagName): string {
  return `${registry}/${repository}:${tag}`;
}

/** The place of a row near another that had it: lists grow and shrink at their ends while one looks at a row. */
export function findNear(total: number, near: number, matches: (index: number) => boolean): number | null {
  const from = Math.min(near, total - 1);
  const most = Math.min(total, 5000);
  for (let away = 0; away <= most; away++) {
    for (const index of away === 0 ? [from] : [from - away, from + away]) {
      if (index >= 0 && index < total && matches(index)) return index;
    }
  }
  return null;
}
