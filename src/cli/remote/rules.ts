import { CommandError } from '../exit.js';
import { findRules, listRules, type RuleFactsFragment } from './documents.js';
import { assertDone } from './refusal.js';
import { foundRegistry, type Remote } from './remote.js';

interface ChangePayload {
  readonly registry: RuleFactsFragment | null;
  readonly userErrors: Parameters<typeof assertDone>[0];
}

/** Which tags of which repositories a rule is about, by two patterns, as it is typed: `team/*:v*`. */
export interface RulePlace {
  readonly repository: string;
  readonly tag: string;
}

export const placeHelp =
  'repositories:tags, each a pattern with "*" and "?": "team/*:v*"; without ":" every tag of "team/*"';

/** Neither name has a colon in it. Throws USAGE. */
export function parsePlace(text: string): RulePlace {
  const [repository, tag = '*', ...rest] = text.split(':');
  if (repository && tag && rest.length === 0) return { repository, tag };
  throw new CommandError(
    'USAGE',
    'Name repositories, or repositories and tags, by patterns: "team/*" or "team/*:v*". ' +
      `${JSON.stringify(text.slice(0, 300))} is none.`,
  );
}

export function parsePlaces(texts: readonly string[]): RulePlace[] {
  return texts.map(parsePlace);
}

export function formatPlace({ repository, tag }: RulePlace): string {
  return `${repository}:${tag}`;
}

/** The rules of one registry. Throws NOT_FOUND. */
export async function readRules(remote: Remote, name: string): Promise<RuleFactsFragment> {
  return foundRegistry(remote, (await remote.client.ask(findRules, { registry: name })).registry, name);
}

/** Of the registries named, in their order; of all where none is. */
export async function readAllRules(remote: Remote, names: readonly string[]): Promise<readonly RuleFactsFragment[]> {
  if (names.length === 0) return (await remote.client.ask(listRules, {})).registries;
  const all: RuleFactsFragment[] = [];
  for (const name of names) all.push(await readRules(remote, name));
  return all;
}

/** The registry as a change left it. Throws what kept it from being changed. */
export function readChanged({ registry, userErrors }: ChangePayload): RuleFactsFragment {
  assertDone(userErrors);
  if (registry === null) throw new CommandError('INTERNAL', 'The gateway gave no registry.');
  return registry;
}

/** Warns whoever changes what may go that retention runs there by itself; empty where it waits to be asked. */
export function warnOfSchedule({ name, retention: { intervalHours, rules } }: RuleFactsFragment): string {
  if (intervalHours === null || rules.length === 0) return '';
  return `Retention runs there every ${intervalHours} h. See what goes: registry-gateway retention preview ${name}\n`;
}
