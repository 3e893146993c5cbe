/** An operation of schema.graphql. The types are of its answer's `data` and of its variables; no value holds them. */
export interface Document<Data, Variables> {
  readonly name: string;
  readonly text: string;
  /** Never set. */
  readonly types?: (variables: Variables) => Data;
}
