import { Argument, type Command } from 'commander';
import { addExamples, setAction } from './command.js';
import type { Io } from './io.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** One command, or the program itself: what may follow it. */
interface CompletionPlace {
  /** The words that lead here, each with a space before it; empty for the program. */
  readonly at: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly about: string;
}

/** `completion bash|zsh|fish`: a script made from the program as it is. */
export function addCompletionCommand(program: Command, io: Io): void {
  const command = program
    .command('completion')
    .description('Print a script that has a shell complete commands and options.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells));
  addExamples(
    command,
    'completion bash > ~/.local/share/bash-completion/completions/registry-gateway',
    'completion zsh > "${fpath[1]}/_registry-gateway"',
    'completion fish > ~/.config/fish/completions/registry-gateway.fish',
  );
  setAction(command, io, (shell: Shell) => {
    const text = printers[shell](listPlaces(program));
    return { data: { shell, script: text }, text };
  });
}

function listPlaces(command: Command, at = ''): CompletionPlace[] {
  const below = command.commands.map((each) => ({ each, path: `${at} ${each.name()}` }));
  const options = [...command.options, ...(at === '' ? [] : (rootOf(command).options ?? []))];
  const place: CompletionPlace = {
    at,
    commands: below.map(({ each }) => ({ text: each.name(), about: firstSentence(each.description()) })),
    options: [
      ...options.map(({ long, description }) => ({ text: long ?? '', about: firstSentence(description) })),
      { text: '--help', about: 'Print what it does.' },
    ],
  };
  return [place, ...below.flatMap(({ each, path }) => listPlaces(each, path))];
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function firstSentence(text: string): string {
  return /^.*?[.:;](?=\s|$)/s.exec(text)?.[0].slice(0, -1) ?? text;
}

function textsOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

/** The patterns of a shell's `case` for every way that leads to a command. */
function patternsOf(places: readonly CompletionPlace[]): string {
  return places.flatMap(({ at }) => (at === '' ? [] : [`"${at}"`])).join('|');
}

const printers: Readonly<Record<Shell, (places: readonly CompletionPlace[]) => string>> = {
  bash: (places) => `# bash completion of registry-gateway
_registry_gateway() {
  local current=\${COMP_WORDS[COMP_CWORD]} at= word commands options
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${patternsOf(places)}) at="$at $word" ;;
    esac
  done
  case $at in
${places
  .map(({ at, commands, options }) => `    "${at}") commands="${textsOf(commands)}" options="${textsOf(options)}" ;;`)
  .join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
  esac
}
complete -o default -F _registry_gateway registry-gateway
`,
  zsh: (places) => `#compdef registry-gateway
_registry_gateway() {
  local at= word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${patternsOf(places)}) at="$at $word" ;;
    esac
  done
  case $at in
${places
  .map(
    ({ at, commands, options }) =>
      `    "${at}") commands=(${describeForZsh(commands)}) options=(${describeForZsh(options)}) ;;`,
  )
  .join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe option options
  elif (( $#commands )); then _describe command commands
  else _files
  fi
}
compdef _registry_gateway registry-gateway
`,
  fish: (places) => `# fish completion of registry-gateway
function __registry_gateway_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
      case ${places.flatMap(({ at }) => (at === '' ? [] : [`'${at}'`])).join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${places.flatMap(printForFish).join('\n')}
`,
};

function describeForZsh(words: readonly Word[]): string {
  return words.map(({ text, about }) => `'${`${text}:${about}`.replaceAll("'", "'\\''")}'`).join(' ');
}

function printForFish({ at, commands, options }: CompletionPlace): string[] {
  const start = `complete -c registry-gateway -n '__registry_gateway_at "${at}"'`;
  const quote = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
  return [
    ...commands.map(({ text, about }) => `${start} -f -a ${text} -d ${quote(about)}`),
    ...options.map(({ text, about }) => `${start} -l ${text.slice(2)} -d ${quote(about)}`),
  ];
}
