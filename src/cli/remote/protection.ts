import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls, formatTable } from '../table.js';
import { type RuleFactsFragment, setProtection, type SetProtectionInput } from './documents.js';
import { addApprovalRuleCommand } from './approvals.js';
import { nothingAttached } from './listing.js';
import { parseChoice } from './options.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';
import {
  formatPlace,
  parsePlaces,
  placeHelp,
  readAllRules,
  readChanged,
  readRules,
  type RulePlace,
  warnOfSchedule,
} from './rules.js';

/** `protection list|add|remove|read-only|approvals`. */
export function addProtectionCommands(program: Command, around: Surroundings): void {
  const protection = program.command('protection').description('Say which tags nobody deletes through the gateway.');

  const list = protection
    .command('list')
    .description('List what is protected, in all registries or in those named.')
    .argument('[registries...]', 'only in these');
  addExamples(list, 'protection list', 'protection list local --json');
  setRemoteAction(list, around, showAll);

  const add = protection
    .command('add')
    .description('Protect tags of a registry, beside what is protected there already. For admins.')
    .argument('<registry>', 'the registry')
    .argument('<rules...>', placeHelp);
  addExamples(add, 'protection add local "*:latest" "team/*:v*"', 'protection add local team/base');
  setRemoteAction(add, around, protect);

  const remove = protection
    .command('remove')
    .description('Take rules of protection back. For admins.')
    .argument('<registry>', 'the registry')
    .argument('[rules...]', 'as "protection list" has them')
    .option('--all', 'every rule there is');
  addExamples(remove, 'protection remove local "team/*:v*"', 'protection remove local --all');
  setRemoteAction(remove, around, unprotect);

  const readOnly = protection
    .command('read-only')
    .description('Have the gateway delete and put back nothing in a registry, whatever the rules say. For admins.')
    .argument('<registry>', 'the registry')
    .argument('<on|off>', 'on: nothing; off: what the rules leave', parseChoice({ on: true, off: false }));
  addExamples(readOnly, 'protection read-only local on', 'protection read-only local off');
  setRemoteAction(readOnly, around, (remote, name: string, value: boolean) => setReadOnly(remote, name, value));
  addApprovalRuleCommand(protection, around);
}

async function showAll(remote: Remote, names: readonly string[]): Promise<CommandResult> {
  const registries = await readAllRules(remote, names);
  const rows = registries.flatMap(({ name, readOnly, protection, approvals }) => [
    ...(readOnly ? [[name, '*', '*', 'read-only']] : []),
    ...protection.map(({ repository, tag }) => [name, repository, tag, 'rule']),
    ...approvals.map(({ repository, above, days }) => [
      name,
      repository,
      `more than ${above}`,
      `second person, within ${days} d`,
    ]),
  ]);
  const data = registries.map(toData);
  if (registries.length === 0) return { data, text: `${nothingAttached}\n` };
  if (rows.length > 0) return { data, text: formatTable(remote.io, ['REGISTRY', 'REPOSITORIES', 'TAGS', 'BY'], rows) };
  return {
    data,
    text: 'Nothing is protected. Protect something: registry-gateway protection add <registry> <rules>\n',
  };
}

async function protect(remote: Remote, name: string, texts: readonly string[]): Promise<CommandResult> {
  const places = parsePlaces(texts);
  const before = await readRules(remote, name);
  const added = places.filter(
    (place, at) => !has(before.protection, place) && places.findIndex((one) => isSame(one, place)) === at,
  );
  if (added.length === 0)
    return { data: toData(before), text: `${escapeControls(before.name)} has these rules already.\n` };
  const after = await set(remote, { id: before.id, rules: [...before.protection, ...added] });
  return { data: toData(after), text: `Protected in ${escapeControls(after.name)}: ${listPlaces(added)}\n` };
}

async function unprotect(
  remote: Remote,
  name: string,
  texts: readonly string[],
  { all = false }: { readonly all?: boolean },
): Promise<CommandResult> {
  if (all === texts.length > 0) throw new CommandError('USAGE', 'Name rules, or give --all: one of both.');
  const places = parsePlaces(texts);
  const before = await readRules(remote, name);
  const unknown = places.filter((place) => !has(before.protection, place));
  if (unknown.length > 0) {
    const advice = `See registry-gateway protection list ${before.name}`;
    throw new CommandError(
      'NOT_FOUND',
      escapeControls(`${before.name} has no such rule: ${listPlaces(unknown)}. Nothing was done. ${advice}`),
    );
  }
  const removed = all ? before.protection : places;
  const rules = before.protection.filter((rule) => !has(removed, rule));
  const after = removed.length === 0 ? before : await set(remote, { id: before.id, rules });
  const text =
    removed.length === 0
      ? 'There were no rules.'
      : `No longer protected in ${escapeControls(after.name)}: ${listPlaces(removed)}`;
  return { data: toData(after), text: `${text}\n${warnOfSchedule(after)}` };
}

async function setReadOnly(remote: Remote, name: string, readOnly: boolean): Promise<CommandResult> {
  const { id } = await readRules(remote, name);
  const after = await set(remote, { id, readOnly });
  const shown = escapeControls(after.name);
  const text = readOnly
    ? `${shown} is read-only: nothing is deleted or put back there.`
    : `${shown} is no longer read-only.`;
  return { data: toData(after), text: `${text}\n${readOnly ? '' : warnOfSchedule(after)}` };
}

async function set({ client }: Remote, input: SetProtectionInput): Promise<RuleFactsFragment> {
  return readChanged((await client.ask(setProtection, { input })).setProtection);
}

function toData({ name, readOnly, protection, approvals }: RuleFactsFragment) {
  return { registry: name, readOnly, rules: protection, approvals };
}

function has(rules: readonly RulePlace[], place: RulePlace): boolean {
  return rules.some((rule) => isSame(rule, place));
}

function isSame(one: RulePlace, other: RulePlace): boolean {
  return one.repository === other.repository && one.tag === other.tag;
}

function listPlaces(places: readonly RulePlace[]): string {
  return escapeControls(places.map(formatPlace).join(', '));
}
