/** An operation of schema.graphql. The types are of its answer's `data` and of its variables; no value holds them. */
export interface Document<Data, Variables> {
  readonly name: string;
  readonly text: string;
  /** Root fields, as the answer names them, that are null only beside an error: without one it is no answer. */
  readonly required: readonly string[];
  /** Never set. */
  readonly types?: (variables: Variables) => Data;
}
