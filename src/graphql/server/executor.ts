import { type DocumentNode, type ExecutionResult, type GraphQLSchema, parse, validate } from 'graphql';
import { noteOperation } from '../../domain/requestfacts.js';
import type { Context } from '../context.js';
import type { Execute } from './jit.js';

/** An operation that the gateway itself wrote: parsed and checked once, when the app is built. */
export interface NamedOperation {
  readonly name: string;
  readonly document: DocumentNode;
}

/** Runs named operations on the schema in process: what the REST routes are made of. */
export interface Executor {
  run(operation: NamedOperation, variables: Record<string, unknown>, context: Context): Promise<ExecutionResult>;
}

/** Throws for an operation that does not fit the schema: that is a bug, found at start. */
export function assertFit(schema: GraphQLSchema, operations: readonly NamedOperation[]): void {
  for (const { name, document } of operations) {
    const [fault] = validate(schema, document);
    if (fault) throw new Error(`The operation ${name} does not fit the schema: ${fault.message}`);
  }
}

export function createExecutor(execute: Execute): Executor {
  return {
    async run({ name, document }, variables, context) {
      noteOperation(context.facts, name);
      return execute({ document, variables, context });
    },
  };
}

export function defineOperation(text: string): NamedOperation {
  const document = parse(text);
  const [definition] = document.definitions;
  const name = definition && 'name' in definition ? (definition.name?.value ?? '') : '';
  return { name, document };
}
