/** The text in a JSON column, with the type of the value that it was written from. */
export type JsonText<T> = string & { readonly __json: T };

/** A value as its JSON gives it back: a time is its ISO 8601 text. */
export type Parsed<T> = unknown extends T
  ? T
  : T extends Date
    ? string
    : T extends string | number | boolean | null
      ? T
      : { [Key in keyof T]: Parsed<T[Key]> };

export function toJsonText<T>(value: T): JsonText<T> {
  return JSON.stringify(value) as JsonText<T>;
}

/** Of a column that the gateway wrote by `toJsonText`: its text is not checked again. */
export function fromJsonText<T>(text: JsonText<T>): Parsed<T> {
  return JSON.parse(text) as Parsed<T>;
}
