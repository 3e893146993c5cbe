/** GraphQL operations of clients that have series of their own. */
const mostNames = 100;

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

export function createOperationNames(own: readonly string[], most: number = mostNames): OperationNames {
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
