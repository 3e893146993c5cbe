/** A stored pattern of repositories, as statements of a viewer name it: see store/database/patterns.ts. */
export interface SeenPattern {
  readonly id: number;
  /** null: of every registry. */
  readonly registryId: string | null;
  readonly pattern: string;
}

/** Gives the patterns of a viewer, for each of their statements. */
export type ResolvePatterns = () => Promise<readonly SeenPattern[]>;

/** A statement of a viewer. */
export interface SeenStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Of the viewer who sees what it reads; absent: it reads the tables themselves. */
  readonly seen?: readonly SeenPattern[];
}

/** A row that a statement gave, by the names of its columns. */
export type SeenRow = Readonly<Record<string, unknown>>;
