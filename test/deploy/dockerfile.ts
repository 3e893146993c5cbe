/** One instruction of a Dockerfile, with its flags (`--from=build`) taken off. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** The JSON form's strings; null: it is in the shell form. */
  readonly exec: readonly string[] | null;
  /** All behind the flags, as one line. */
  readonly text: string;
}

export interface Stage {
  readonly base: string;
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/**
 * The stages of a Dockerfile: comments gone, continued lines joined, ARGs before the first stage put in. Throws
 * SyntaxError for heredocs and parser directives, which it does not read.
 */
export function parseDockerfile(text: string): Stage[] {
  const args = new Map<string, string>();
  const stages: { base: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const line of joinLines(text)) {
    const instruction = parseInstruction(line);
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push({ ...parseFrom(instruction.text, args), instructions: [] });
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') args.set(...splitPair(instruction.text));
    else throw new SyntaxError(`${instruction.name} is before the first FROM`);
  }
  return stages;
}

/** `A=b "C=d e"` and `A="b c"` of ENV and LABEL. */
export function parsePairs(text: string): Record<string, string> {
  const pairs = text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g);
  return Object.fromEntries([...pairs].map(([, key, quoted, plain]) => [key!, quoted ?? plain!]));
}

function joinLines(text: string): string[] {
  if (/^# *(syntax|escape|check) *=/i.test(text) || /<<-?["']?\w/.test(text))
    throw new SyntaxError('a directive or heredoc');
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line) && line.trim() !== '');
  return lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
}

function parseInstruction(line: string): Instruction {
  const [, name, behind] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
  if (name === undefined || behind === undefined) throw new SyntaxError(line);
  const flags: Record<string, string> = {};
  let text = behind.trim();
  for (let flag = takeFlag(text); flag; flag = takeFlag(text)) {
    flags[flag.key] = flag.value;
    text = flag.rest;
  }
  return { name: name.toUpperCase(), flags, exec: text.startsWith('[') ? (JSON.parse(text) as string[]) : null, text };
}

function takeFlag(text: string): { key: string; value: string; rest: string } | null {
  const [whole, key, value] = /^--([a-z-]+)(?:=(\S+))?\s+/.exec(text) ?? [];
  return whole === undefined ? null : { key: key!, value: value ?? '', rest: text.slice(whole.length) };
}

function parseFrom(text: string, args: ReadonlyMap<string, string>): { base: string; name: string | null } {
  const [, base, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(text) ?? [];
  if (base === undefined) throw new SyntaxError(`FROM ${text}`);
  return { base: base.replace(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? ''), name: name ?? null };
}

function splitPair(text: string): [string, string] {
  const [key, ...value] = text.split('=');
  return [key!, value.join('=')];
}
