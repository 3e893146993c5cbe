import { z } from 'zod';

/**
 * The JSON of a schema that routes answer with, not to be changed: the functions that shape answers return it, and the
 * OpenAPI document is made of the same schemas (`reference/`).
 */
export type Shaped<T extends z.ZodType> = Unchanged<z.infer<T>>;
type Unchanged<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Unchanged<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Unchanged<T[Key]> }
      : T;

/** ISO 8601 once it is JSON. `wire` is the JSON Schema of what TypeScript knows as something else. */
export const time = z.custom<Date | string>().meta({ wire: { type: 'string', format: 'date-time' } });
export const uuid = z.string().meta({ wire: { type: 'string', format: 'uuid' } });
export const digest = z
  .string()
  .meta({ wire: { type: 'string', pattern: '^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-zA-Z=_-]+$' } });
export const hex64 = z.string().meta({ wire: { type: 'string', pattern: '^[0-9a-f]{64}$' } });
export const wholeNumber = z.number().int().min(0);

/** Of examples. */
export const exampleId = '7b4d261c-5ac4-481a-b1fa-1808355becf8';
export const exampleTime = '2026-01-02T03:04:05.000Z';
