import { type Command, InvalidArgumentError } from 'commander';
import { Fault, ListenError } from '../settings/reader.js';
import { parsePort } from '../settings/parsers.js';
import { addExamples, setAction } from './command.js';
import { CommandError } from './exit.js';
import type { Io } from './io.js';

interface DemoOptions {
  readonly port?: string;
}

/** `demo`: a gateway with something in it, to look at. Nothing but this loads what it is made of. */
export function addDemoCommand(program: Command, io: Io): void {
  const command = program
    .command('demo')
    .description(
      'Start a gateway with a small filled registry, to look at. It needs no network, only this machine reaches it, ' +
        'its data is in a temporary folder, and nothing is left of it when it stops.',
    )
    .option('--port <port>', 'where it listens; 0 takes any free port; else PORT, else 4000', readPort);
  addExamples(command, 'demo', 'demo --port 4001');
  setAction(command, io, async ({ port }: DemoOptions) => {
    const { startDemo } = await import('../demo/demo.js');
    const { describeDemo } = await import('../demo/words.js');
    const demo = await startDemo({ ...io.env, ...(port !== undefined && { PORT: port }) }).catch(failStart);
    return { data: demo, text: describeDemo(demo, process.argv.slice(0, 2)) };
  });
}

/** The text itself, which is checked. */
function readPort(text: string): string {
  const port = parsePort(text);
  if (port instanceof Fault) throw new InvalidArgumentError(`It ${port.text}`);
  return text;
}

function failStart(error: unknown): never {
  if (!(error instanceof ListenError)) throw error;
  const { host, port, errno } = error;
  const instead = 'Choose another port: registry-gateway demo --port 4001';
  throw new CommandError('CONFIG', `The demo cannot listen on ${host}:${port} (${errno}). ${instead}`);
}
