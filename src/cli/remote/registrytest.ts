import type { Command } from 'commander';
import { type Finding, formatFindings, type State } from '../checks/finding.js';
import { addExamples, type CommandResult } from '../command.js';
import { exitCodes } from '../exit.js';
import {
  type ConnectionStepKind,
  type ConnectionStepState,
  testRegistry,
  type TestRegistryMutation,
} from './documents.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

const words: Readonly<Record<ConnectionStepKind, string>> = {
  NAME: 'name',
  CONNECTION: 'connection',
  TLS: 'certificate',
  PING: 'answer',
  LOGIN: 'login',
  CATALOGUE: 'catalogue',
  TAGS: 'tags',
  DELETION: 'deletion',
};

const states: Readonly<Record<ConnectionStepState, State>> = {
  OK: 'ok',
  LIMITED: 'warning',
  FAILED: 'failed',
  UNKNOWN: 'unknown',
  SKIPPED: 'skipped',
};

/** `registry test`; `find` gives the id of a registry by its name. */
export function addTestCommand(
  registry: Command,
  around: Surroundings,
  find: (remote: Remote, name: string) => Promise<{ readonly id: string; readonly name: string }>,
): void {
  const test = registry
    .command('test')
    .description('Test the connection to a registry step by step. Nothing is changed, here or there.')
    .argument('<name>', 'the registry');
  addExamples(test, 'registry test local', 'registry test local --json');
  setRemoteAction(test, around, async (remote: Remote, wanted: string): Promise<CommandResult> => {
    const { id, name } = await find(remote, wanted);
    const { testRegistry: tested } = await remote.client.ask(testRegistry, { input: { id } });
    assertDone(tested.userErrors);
    const { passed } = tested;
    const steps = tested.steps ?? [];
    const findings = steps.map((step) => toFinding(name, step));
    const sum = passed ? 'The registry can be read.' : 'The registry cannot be read.';
    return {
      data: { registry: name, passed: passed === true, steps },
      text: `${formatFindings(remote.io, findings)}${sum}\n`,
      exitCode: passed ? exitCodes.done : exitCodes.refused,
    };
  });
}

type Step = NonNullable<TestRegistryMutation['testRegistry']['steps']>[number];

/** A later gateway may have steps and states that this program does not know: it says them as they are. */
function toFinding(registry: string, { kind, state, message, hint }: Step): Finding {
  const check = words[kind] ?? kind.toLowerCase();
  return { registry, check, state: states[state] ?? 'unknown', message, next: hint };
}
