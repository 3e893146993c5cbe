import { type Command, InvalidArgumentError } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { escapeControls, formatTable } from '../table.js';
import { type RetentionRuleInput, type RuleFactsFragment, setRetention, type SetRetentionInput } from './documents.js';
import { nothingAttached } from './listing.js';
import { addOptionValue, confirm, parseCount } from './options.js';
import { describeKept, describeRules } from './registryfacts.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';
import { parsePlace, placeHelp, readAllRules, readChanged, readRules } from './rules.js';

interface RuleOptions {
  readonly keepLast?: number;
  readonly keepMatching?: readonly string[];
  readonly keepSemver?: string;
  readonly keepYoungerThan?: number;
  readonly yes?: boolean;
}

/** `retention list|add|remove|schedule`. Whatever may have something deleted by itself asks first. */
export function addRetentionRuleCommands(retention: Command, around: Surroundings): void {
  const list = retention
    .command('list')
    .description('List the rules of retention, of all registries or of those named.')
    .argument('[registries...]', 'only of these');
  addExamples(list, 'retention list', 'retention list local --json');
  setRemoteAction(list, around, showAll);

  const add = retention
    .command('add')
    .description(
      'Add a rule: which tags to keep; the others that it is about go. Asks where retention runs by ' +
        'itself. For admins.',
    )
    .argument('<registry>', 'the registry')
    .argument('<place>', `what it is about: ${placeHelp}`)
    .option('--keep-last <count>', 'keep so many, those that changed last', parseCount(1, 10_000))
    .option('--keep-matching <pattern>', 'keep those of this pattern; may be repeated', addOptionValue)
    .option('--keep-semver <range>', 'keep versions in a range as npm writes it')
    .option('--keep-younger-than <days>', 'keep what changed within so many days', parseCount(1, 36_500))
    .option('--yes', 'do not ask');
  addExamples(
    add,
    'retention add local "team/*" --keep-last 10 --keep-matching "v*"',
    'retention add local "team/*:build-*" --keep-younger-than 30',
  );
  setRemoteAction(add, around, addRule);

  const remove = retention
    .command('remove')
    .description('Remove the rules about a place. Asks where retention runs by itself. For admins.')
    .argument('<registry>', 'the registry')
    .argument('[place]', 'as "retention list" has it: "team/*:build-*"')
    .option('--all', 'every rule there is')
    .option('--yes', 'do not ask');
  addExamples(remove, 'retention remove local "team/*:build-*"', 'retention remove local --all');
  setRemoteAction(remove, around, removeRules);

  const schedule = retention
    .command('schedule')
    .description('Have retention run by itself, the first time at once, or only when it is asked to. For admins.')
    .argument('<registry>', 'the registry')
    .argument('<hours>', 'between two runs; off: only when asked to', parseInterval)
    .option('--yes', 'do not ask');
  addExamples(schedule, 'retention schedule local 24', 'retention schedule local off');
  setRemoteAction(schedule, around, setSchedule);
}

async function showAll(remote: Remote, names: readonly string[]): Promise<CommandResult> {
  const registries = await readAllRules(remote, names);
  const data = registries.map(toData);
  if (registries.length === 0) return { data, text: `${nothingAttached}\n` };
  const rows = registries.flatMap(({ name, retention: { rules, intervalHours } }) =>
    rules.map((rule) => [
      name,
      rule.repository,
      rule.tags,
      describeKept(rule),
      intervalHours === null ? 'when asked to' : `every ${intervalHours} h`,
    ]),
  );
  if (rows.length > 0)
    return { data, text: formatTable(remote.io, ['REGISTRY', 'REPOSITORIES', 'TAGS', 'KEEPS', 'RUNS'], rows) };
  return {
    data,
    text:
      'There are no rules: retention deletes nothing. Add one: registry-gateway retention add <registry> ' +
      '<place> --keep-last <count>\n',
  };
}

async function addRule(
  remote: Remote,
  name: string,
  text: string,
  { yes = false, ...kept }: RuleOptions,
): Promise<CommandResult> {
  const { repository, tag } = parsePlace(text);
  const conditions = readConditions(kept);
  if (Object.keys(conditions).length === 0)
    throw new CommandError(
      'USAGE',
      'Say what to keep: --keep-last, --keep-matching, --keep-semver or --keep-younger-than.',
    );
  const before = await readRules(remote, name);
  return change(remote, before, { rules: [...before.retention.rules, { repository, tags: tag, ...conditions }] }, yes);
}

function readConditions({
  keepLast,
  keepMatching,
  keepSemver,
  keepYoungerThan,
}: RuleOptions): Omit<RetentionRuleInput, 'repository' | 'tags'> {
  return {
    ...(keepLast !== undefined && { keepLast }),
    ...(keepMatching !== undefined && { keepMatching }),
    ...(keepSemver !== undefined && { keepSemver }),
    ...(keepYoungerThan !== undefined && { keepYoungerThan }),
  };
}

async function removeRules(
  remote: Remote,
  name: string,
  text: string | undefined,
  { all = false, yes = false }: { readonly all?: boolean; readonly yes?: boolean },
): Promise<CommandResult> {
  if (all === (text !== undefined))
    throw new CommandError('USAGE', 'Name the place of the rules, or give --all: one of both.');
  const place = text === undefined ? null : parsePlace(text);
  const before = await readRules(remote, name);
  const { rules } = before.retention;
  const left =
    place === null ? [] : rules.filter(({ repository, tags }) => repository !== place.repository || tags !== place.tag);
  if (left.length < rules.length) return change(remote, before, { rules: left }, yes);
  const advice = `Nothing was done. See registry-gateway retention list ${before.name}`;
  throw new CommandError(
    'NOT_FOUND',
    escapeControls(`${before.name} has no rule of retention${text === undefined ? '' : ` about ${text}`}. ${advice}`),
  );
}

function setSchedule(
  remote: Remote,
  name: string,
  intervalHours: number | null,
  { yes = false }: { readonly yes?: boolean },
): Promise<CommandResult> {
  return readRules(remote, name).then((before) => change(remote, before, { intervalHours }, yes));
}

type Change = Omit<SetRetentionInput, 'id' | 'registry'>;

/** Sets all rules anew: of two who change them at once the later one has the last word. */
async function change(
  remote: Remote,
  before: RuleFactsFragment,
  changes: Change,
  isYes: boolean,
): Promise<CommandResult> {
  const { rules = before.retention.rules, intervalHours = before.retention.intervalHours } = changes;
  const isRun = (intervalHours ?? null) !== null && (rules?.length ?? 0) > 0;
  const period = `every ${intervalHours} h`;
  const question = `Retention of ${before.name} deletes by itself, ${period}, what its rules let go. Change it?`;
  if (isRun && !(await confirm(remote, isYes, question))) {
    return { data: toData(before), text: 'Nothing was changed.\n', exitCode: exitCodes.refused };
  }
  const input = { id: before.id, ...changes };
  const registry = readChanged((await remote.client.ask(setRetention, { input })).setRetention);
  const told = escapeControls(`Retention of ${registry.name} ${describeRules(registry.retention)}.`);
  const next =
    registry.retention.rules.length === 0
      ? ''
      : `See what goes: registry-gateway retention preview ${escapeControls(registry.name)}\n`;
  return { data: toData(registry), text: `${told}\n${next}` };
}

function toData({ name, retention }: RuleFactsFragment) {
  return { registry: name, ...retention };
}

function parseInterval(text: string): number | null {
  if (text === 'off') return null;
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 8760) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of hours from 1 to 8760, or "off".');
}
