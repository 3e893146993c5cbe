/** A platform as lists have it. */
export interface ListedPlatform {
  readonly name: string;
  readonly osVersion?: string | null | undefined;
}

/** Names that tell the platforms of one image apart: builds of one name by their version, and else by their order. */
export function labelPlatforms(platforms: readonly ListedPlatform[]): string[] {
  const labels: string[] = [];
  const countOf = new Map<string, number>();
  for (const { name } of platforms) countOf.set(name, (countOf.get(name) ?? 0) + 1);
  for (const { name, osVersion } of platforms) {
    const label = countOf.get(name)! > 1 && osVersion ? `${name} ${osVersion}` : name;
    let unique = label;
    for (let at = 2; labels.includes(unique); at++) unique = `${label} (${at})`;
    labels.push(unique);
  }
  return labels;
}
