/** Registries that have series of their own. A registry has some forty: a scrape stays within a few megabytes. */
const mostRegistryNames = 1000;

/** Stands for all registries beyond those. No registry can have this name. */
export const others = '(others)';

/** The values that the label `registry` has: few, whoever attaches registries, and however many. */
export interface RegistryNames {
  /** The label for a registry of this name. */
  labelOf(name: string): string;
  /** Forgets all but these, and gives what it has forgotten. */
  retain(names: readonly string[]): Set<string>;
}

export function createRegistryNames(most: number = mostRegistryNames): RegistryNames {
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

/** GraphQL operations of clients that have series of their own. */
const mostOperationNames = 100;

/** Stands for all operations beyond those, and for whatever nobody known has sent. */
export const otherOperations = '(others)';

/**
 * The values that the label `operation` has. Clients choose the names of their operations: the first hundred that
 * accounts send are told apart until the gateway is stopped, beside those of the gateway's own routes. Strangers name
 * nothing.
 */
export interface OperationNames {
  labelOf(name: string, isKnownCaller: boolean): string;
}

export function createOperationNames(own: readonly string[], most: number = mostOperationNames): OperationNames {
  const known = new Set(own);
  return {
    labelOf(name, isKnownCaller) {
      if (known.has(name)) return name;
      if (!isKnownCaller || known.size >= own.length + most) return otherOperations;
      known.add(name);
      return name;
    },
  };
}
