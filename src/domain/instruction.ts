/**
 * Returns the step of an image's build as its Dockerfile would have it, without what builders put around it; null: the
 * image does not say. Docker's classic builder writes `/bin/sh -c #(nop) CMD …` for a step that runs nothing, and the
 * shell alone for one that runs something; BuildKit writes the instruction, with `# buildkit` behind it. Arguments of
 * the build stand before the shell as `|2 A=1 B=2`, and are left out: their values may hold spaces, and secrets.
 */
export function readInstruction(createdBy: string | null): string | null {
  if (createdBy === null) return null;
  const whole = createdBy.trim();
  const text = whole.endsWith(mark) ? whole.slice(0, -mark.length).trimEnd() : whole;
  const isRun = text.startsWith('RUN ');
  const command = isRun ? text.slice('RUN '.length) : text;
  const shell = findShell(command);
  if (shell === null) return text;
  const rest = command.slice(shell).trimStart();
  const nothing = '#(nop)';
  return rest.startsWith(nothing) ? rest.slice(nothing.length).trimStart() : `RUN ${rest}`;
}

const mark = ' # buildkit';

/** Shells by which builders run a step: of Linux, and of Windows. */
const shells = ['/bin/sh -c ', '/bin/bash -c ', 'cmd /S /C ', 'powershell -Command '];

/** Where the command behind the shell begins; null: there is none. */
function findShell(command: string): number | null {
  for (const shell of shells) if (command.startsWith(shell)) return shell.length;
  if (!/^\|\d+ /.test(command)) return null;
  // The first shell ends the arguments: a value with one in it would be taken for the step.
  const found = shells.map((shell) => [command.indexOf(` ${shell}`), shell.length + 1] as const);
  const [first] = found.filter(([at]) => at >= 0).toSorted(([a], [b]) => a - b);
  return first ? first[0] + first[1] : null;
}
