/** Registries that have series of their own. A registry has some forty: a scrape stays within a few megabytes. */
const mostNames = 1000;

/** Stands for all registries beyond those. No registry can have this name. */
export const others = '(others)';

/** The values that the label `registry` has: few, whoever attaches registries, and however many. */
export interface RegistryNames {
  /** The label for a registry of this name. */
  labelOf(name: string): string;
  /** Forgets all but these, and gives what it has forgotten. */
  retain(names: readonly string[]): Set<string>;
}

export function createRegistryNames(most: number = mostNames): RegistryNames {
  const known = new Set<string>();
  return {
    labelOf(name) {
      if (known.has(name)) return name;
      if (known.size >= most) return others;
      known.add(name);
      return name;
    },
    retain(names) {
      const attached = new Set(names);
      const gone = new Set([...known].filter((name) => !attached.has(name)));
      for (const name of gone) known.delete(name);
      return gone;
    },
  };
}
