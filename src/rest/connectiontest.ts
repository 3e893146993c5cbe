import { z } from 'zod';
import { type ConnectionStep, testStepKinds } from '../domain/connectionstep.js';
import { errorCodes } from '../errors.js';
import { type Shaped, time } from './wire.js';

export const testAnswer = z
  .object({
    passed: z.boolean().describe('No step failed: it can be attached so.'),
    steps: z
      .array(
        z.object({
          kind: z.enum(testStepKinds).describe('What the step looks for.'),
          state: z.enum(['OK', 'LIMITED', 'UNKNOWN', 'FAILED', 'SKIPPED']).describe('What it found.'),
          message: z.string().describe('A sentence that says what was found.'),
          hint: z.string().nullable().describe('The next thing to do; null: nothing, or `message` says it.'),
          code: z.enum(errorCodes).nullable().describe('Of a step that failed.'),
          certificate: z
            .object({ subject: z.string(), issuer: z.string(), valid_from: time, valid_to: time })
            .nullable()
            .describe('Of the step `TLS`, where one was shown.'),
        }),
      )
      .describe('In the order in which they were taken.'),
  })
  .describe('The test of a connection, step by step. Nothing was changed.');

/** As it is selected. */
export interface TestData {
  readonly testRegistry: {
    readonly passed: boolean;
    readonly steps: readonly ConnectionStep[];
  };
}

export function shapeTest({ testRegistry: { passed, steps } }: TestData): Shaped<typeof testAnswer> {
  return {
    passed,
    steps: steps.map(({ kind, state, message, hint, code, certificate }) => ({
      kind,
      state,
      message,
      hint,
      code,
      certificate: certificate && {
        subject: certificate.subject,
        issuer: certificate.issuer,
        valid_from: certificate.validFrom,
        valid_to: certificate.validTo,
      },
    })),
  };
}
