import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { escapeControls } from '../table.js';
import { undoJob, type UndoJobMutation } from './documents.js';
import { describeJob, exitCodeOf, followJob, placeOf } from './jobs.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

type Undo = NonNullable<UndoJobMutation['undoJob']['undo']>;

/** `job undo`. */
export function addUndoCommand(job: Command, around: Surroundings): void {
  const undo = job
    .command('undo')
    .description('Put back the tags that a deletion took off, as far as the registry still has their images.')
    .argument('<id>', 'as "job list" has it')
    .option('--dry-run', 'only say what can come back');
  addExamples(
    undo,
    'job undo 0199f2c4-0000-7000-8000-000000000000 --dry-run',
    'job undo 0199f2c4-0000-7000-8000-000000000000',
  );
  setRemoteAction(undo, around, undoOne);
}

async function undoOne(
  remote: Remote,
  id: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<CommandResult> {
  const {
    undoJob: { undo, job, userErrors },
  } = await remote.client.ask(undoJob, { input: { id, dryRun, wait: false } });
  assertDone(userErrors);
  const counts = undo ? describeUndo(undo) : '';
  if (job === null) return { data: { undo, job }, text: dryRun ? counts : `${counts}Nothing was to be done.\n` };
  const ended = { ...job, ...(await followJob(remote, job, `Putting back in ${placeOf(job)}`)) };
  return {
    data: { undo, job: ended },
    text: `${counts}${describeJob(ended)}`,
    exitCode: exitCodeOf(ended),
  };
}

function describeUndo({ tagCount, restorable, present, moved, gone, unknown }: Undo): string {
  const counted = [
    `${restorable} can come back`,
    ...(present > 0 ? [`${present} are there`] : []),
    ...(moved > 0 ? [`${moved} point elsewhere now`] : []),
    ...(gone > 0 ? [`of ${gone} the registry no longer has the image`] : []),
    ...(unknown > 0 ? [`${unknown} were not asked for, and are tried`] : []),
  ];
  return `${escapeControls(`Of ${tagCount} tags that it took off: ${counted.join(', ')}.`)}\n`;
}
