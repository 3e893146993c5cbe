import { readFileSync } from 'node:fs';

/** Milliseconds in a tick of /proc: proc(5), USER_HZ. */
const tick = 10;

/** A process as it stands. */
export interface ProcessFigures {
  readonly parent: number;
  /** Milliseconds of CPU, of the user's time and the system's. */
  readonly cpuMs: number;
  /** The same of those it started, as far as they have ended and were waited for. */
  readonly endedCpuMs: number;
}

/** From /proc/pid/stat, see proc(5). null: the process is gone, or there is no /proc. */
export function readProcess(pid: number | string): ProcessFigures | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // Behind the command, in brackets, which may have any character: state, parent, and from the twelfth on times.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const read = (at: number): number => Number(fields[at]);
  return { parent: read(1), cpuMs: tick * (read(11) + read(12)), endedCpuMs: tick * (read(13) + read(14)) };
}
