import { z } from 'zod';
import * as accounts from '../accountanswers.js';
import * as answers from '../answers.js';
import { testAnswer } from '../connectiontest.js';
import * as deletions from '../deletionanswers.js';
import * as bodies from '../input.js';

/** The schemas that the document has names for. */
export const components = {
  Registry: answers.registryAnswer,
  ConnectionTest: testAnswer,
  Repository: answers.repositoryAnswer,
  Layer: answers.layerAnswer,
  Tag: answers.tagAnswer,
  DeletionPlan: deletions.planAnswer,
  SelectionPlan: deletions.selectionAnswer,
  Undo: deletions.undoAnswer,
  Job: answers.jobAnswer,
  RepositoryOrJob: z
    .union([answers.repositoryAnswer, answers.jobAnswer])
    .describe('The repository; with `job` that job, where a `Location` leads.'),
  PlanOrJob: z.union([deletions.planAnswer, answers.jobAnswer]).describe('The plan of a dry run.'),
  SearchResult: answers.searchAnswer,
  Event: answers.eventAnswer,
  Account: accounts.accountAnswer,
  Role: accounts.roleAnswer,
  ServiceKey: accounts.serviceKeyAnswer,
  Login: accounts.loginAnswer,
  DeviceLogin: accounts.deviceLoginAnswer,
  DeviceLoginProgress: accounts.deviceProgressAnswer,
  Problem: answers.problemAnswer,
  NewRegistry: bodies.registryBody,
  RegistryChanges: bodies.registryChanges,
  TestedRegistry: bodies.testBody,
  Selection: bodies.selectionBody,
  NewAccount: bodies.accountBody,
  NewPassword: bodies.passwordBody,
  NewServiceKey: bodies.serviceKeyBody,
  ServiceKeyName: bodies.serviceKeyName,
  Credentials: bodies.loginBody,
  DeviceLoginHandle: bodies.deviceHandle,
} as const;

type JsonSchema = Record<string, unknown>;

/** Each as JSON Schema, which refer to each other by their places in the document. */
export function writeComponents(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { ...settings, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
  );
}

/** The JSON Schema of a value in its place. */
export function writeSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _schema, ...written } = z.toJSONSchema(schema, settings);
  return written;
}

interface WrittenPlace {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: JsonSchema;
}

/** As requests have it: what a request may leave out is not needed, and answers say no less. */
const settings = {
  io: 'input',
  unrepresentable: 'any',
  override({ zodSchema, jsonSchema }: WrittenPlace): void {
    const { wire, description } = z.globalRegistry.get(zodSchema) ?? {};
    if (wire) {
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, wire, description !== undefined && { description });
    }
    // The bounds of exact numbers say nothing.
    if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
    if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
  },
} as const;
