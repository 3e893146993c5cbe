/** The one field that narrows tags: a part of a name, a pattern, or a range of versions. */
export interface NameFilter {
  readonly nameContains?: string;
  readonly glob?: string;
  readonly semver?: string;
}

/**
 * Reads what people type: `pr-*` is a pattern, `>=1.2 <2`, `^1.4` or `~2.1` is a range of versions (as npm writes
 * them), and all else is looked for within names.
 */
export function readNameFilter(text: string): NameFilter {
  const typed = text.trim();
  if (typed === '') return {};
  if (/^[<>=^~]/.test(typed)) return { semver: typed };
  if (/[*?[\]{}]/.test(typed)) return { glob: typed };
  return { nameContains: typed };
}

/** How old things may be: younger than some days, or not changed for some. */
export const ages = ['7d', '30d', 'older-30d', 'older-90d', 'older-365d'] as const;
export type Age = (typeof ages)[number];

/** The bounds that an age stands for, from the moment `now`, to the minute: the same question is asked alike. */
export function boundAge(age: Age | undefined, now: Date): { updatedAfter?: string; updatedBefore?: string } {
  if (age === undefined) return {};
  const days = Number(/\d+/.exec(age)![0]);
  const minute = Math.floor(now.getTime() / 60_000) * 60_000;
  const bound = new Date(minute - days * 86_400_000).toISOString();
  return age.startsWith('older') ? { updatedBefore: bound } : { updatedAfter: bound };
}

/** A platform as `linux/arm/v7`, in its parts. */
export function readPlatform(text: string): { os: string; architecture: string; variant?: string } | null {
  const [os, architecture, variant] = text.split('/');
  if (!os || !architecture) return null;
  return { os, architecture, ...(variant ? { variant } : {}) };
}
