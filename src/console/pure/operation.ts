/** An operation's text, with the types of its answer and of its variables. */
export interface Operation<Data, Variables> {
  readonly text: string;
  /** Never there: it carries the types. */
  readonly types?: (variables: Variables) => Data;
}
