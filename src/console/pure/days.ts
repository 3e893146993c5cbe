/** Things of one day, in their order. */
export interface Day<Thing> {
  /** Midnight of the day where who looks is. */
  readonly day: Date;
  readonly things: readonly Thing[];
}

/** Cuts a list that is in the order of time into its days, by the clock of whoever looks. */
export function groupByDay<Thing extends { readonly at: string }>(things: readonly Thing[]): readonly Day<Thing>[] {
  const days: { day: Date; things: Thing[] }[] = [];
  for (const thing of things) {
    const day = midnightOf(new Date(thing.at));
    const last = days.at(-1);
    if (last?.day.getTime() === day.getTime()) last.things.push(thing);
    else days.push({ day, things: [thing] });
  }
  return days;
}

/** How many midnights lie between the two: 0 on the same day. */
export function daysBetween(earlier: Date, later: Date): number {
  // A day of summer time's beginning or end has an hour less or more.
  return Math.round((midnightOf(later).getTime() - midnightOf(earlier).getTime()) / 86_400_000);
}

export function midnightOf(time: Date): Date {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate());
}
