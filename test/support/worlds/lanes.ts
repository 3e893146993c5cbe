import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { createLane } from '../../../src/graphql/lane/lane.js';
import { writeAnswer, WrittenJson } from '../../../src/graphql/server/answertext.js';
import { createCompilingExecutor, createInterpretingExecutor, type Execute } from '../../../src/graphql/server/jit.js';
import { createSchema } from '../../../src/graphql/server/schema.js';
import { createSlices } from '../../../src/timer.js';
import type { TestCatalogue } from './catalogue.js';
import { createTestContext } from './context.js';

type Variables = Readonly<Record<string, unknown>>;

/** The ways of answering a query, over one catalogue. Each gives the answer as it is sent. */
export interface Lanes {
  readonly schema: GraphQLSchema;
  /** By resolvers alone, with graphql-js. */
  plain(query: string, variables?: Variables): Promise<string>;
  /** By resolvers alone, compiled from the second time on: of errors it tells more. */
  plainCompiled(query: string, variables?: Variables): Promise<string>;
  /** By the lane, of which the rest is run by graphql-js. */
  fast(query: string, variables?: Variables): Promise<string>;
  /** By the lane, of which the rest is compiled from the second time on. */
  compiled(query: string, variables?: Variables): Promise<string>;
  /** How many lists the last answer of the lane had as text. */
  readonly written: number;
  /** How often the last answer of the lane was run: twice, where writing failed. */
  readonly runs: number;
}

export function openLanes({ catalogue }: TestCatalogue): Lanes {
  const schemas = Array.from({ length: 3 }, () => createSchema());
  const [schema, fastSchema, compiledSchema] = schemas as [GraphQLSchema, GraphQLSchema, GraphQLSchema];
  const documents = new Map<string, DocumentNode>();
  let written = 0;
  let runs = 0;
  const counted =
    (execute: Execute): Execute =>
    (execution) => {
      runs += 1;
      return execute(execution);
    };
  const createAsk =
    (execute: Execute, isLane: boolean) =>
    async (query: string, variables: Variables = {}): Promise<string> => {
      // As Apollo keeps them.
      const document = documents.get(query) ?? parse(query);
      documents.set(query, document);
      runs = 0;
      const { data, errors } = await execute({ document, variables, context: createTestContext(catalogue) });
      if (isLane) written = countWritten(data);
      const answer = await writeAnswer({ errors, data }, Number.MAX_SAFE_INTEGER, createSlices(10));
      return answer.toString();
    };
  return {
    schema,
    plain: createAsk(createInterpretingExecutor(schema), false),
    plainCompiled: createAsk(createCompilingExecutor(schema), false),
    fast: createAsk(createLane(fastSchema, counted(createInterpretingExecutor(fastSchema))), true),
    compiled: createAsk(createLane(compiledSchema, counted(createCompilingExecutor(compiledSchema))), true),
    get written() {
      return written;
    },
    get runs() {
      return runs;
    },
  };
}

function countWritten(value: unknown): number {
  if (value instanceof WrittenJson) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, one) => sum + countWritten(one), 0);
}
