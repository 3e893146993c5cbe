import type { Command } from 'commander';
import { readAddress } from '../config.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { CommandError, exitCodes } from './exit.js';
import type { Io } from './io.js';

/** Milliseconds, and bytes of the answer that are read: another program may have the port. */
const patience = 4000;
const maxAnswer = 4096;

/** The gateway of this machine, as it says of itself. */
interface GatewayHealth {
  readonly url: string;
  readonly healthy: boolean;
  /** The fault, in a sentence; null: nothing. */
  readonly trouble: string | null;
}

/** For what supervises the gateway on its own machine or in its container; asks no database and no registry. */
export function addHealthcheckCommand(program: Command, io: Io): void {
  const command = program
    .command('healthcheck')
    .description(
      'Ask the gateway of this machine, at HOST and PORT, whether it can work: exit code 0 if it can, 1 if not.',
    )
    .option('--live', 'Ask only whether it answers, as /livez does.');
  addExamples(command, 'healthcheck', 'healthcheck --live');
  setAction(command, io, async ({ live }: { live?: boolean }): Promise<CommandResult> => {
    const { host, port } = readAddress(io.env);
    if (port === 0)
      throw new CommandError('CONFIG', 'PORT is 0: the gateway took any free port, so nobody knows where to ask.');
    const health = await askHealth(new URL(live ? '/livez' : '/readyz', `http://${toTarget(host)}:${port}`).href);
    const text = health.trouble === null ? `The gateway is healthy: ${health.url}\n` : `${health.trouble}\n`;
    // Docker knows 0 and 1 of a health check and keeps the other codes for itself.
    return { data: health, text, exitCode: health.healthy ? exitCodes.done : exitCodes.refused };
  });
}

/** Where "all addresses of this machine" is listened on, its own loopback is asked. */
function toTarget(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function askHealth(url: string): Promise<GatewayHealth> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patience) });
    const healthy = response.status === 200;
    return {
      url,
      healthy,
      trouble: healthy ? null : `The gateway at ${url} says ${response.status}: ${await readStatus(response)}`,
    };
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError';
    return {
      url,
      healthy: false,
      trouble: late
        ? `${url} did not answer in ${patience / 1000} s.`
        : `Nothing answers at ${url}: is the gateway started?`,
    };
  }
}

/** The sentence of /readyz, in printable characters. */
async function readStatus(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > maxAnswer) break;
  }
  const [, status] = /"status":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return (status ?? 'it is no answer of a gateway.').replace(/[^\x20-\x7e]/g, '?').slice(0, 300);
}
