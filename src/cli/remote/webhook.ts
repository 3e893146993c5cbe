import type { Command } from 'commander';
import { eventKinds } from '../../domain/event.js';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { type Text } from '../style.js';
import { escapeControls, formatTable } from '../table.js';
import {
  createWebhook,
  deleteWebhook,
  type EventKind,
  listWebhooks,
  testWebhook,
  updateWebhook,
  type UpdateWebhookInput,
  type WebhookFactsFragment,
} from './documents.js';
import { formatAge } from './format.js';
import { addOptionValue, confirm, parseChoice, parseCount } from './options.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

interface FilterOptions {
  readonly kind?: readonly string[];
  readonly registry?: readonly string[];
  readonly repository?: string;
}

interface UpdateOptions extends FilterOptions {
  readonly webhookUrl?: string;
  readonly allKinds?: boolean;
  readonly allRegistries?: boolean;
  readonly allRepositories?: boolean;
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly rotateSecret?: boolean;
  readonly overlapHours?: number;
  readonly skipPending?: boolean;
}

const idHelp = 'as "webhook list" has it';

/** `webhook list|add|update|remove|test`. */
export function addWebhookCommands(program: Command, around: Surroundings): void {
  const webhook = program.command('webhook').description('Have endpoints told of events. For admins.');
  addChangingCommands(webhook, around);

  const list = webhook.command('list').description('List the webhooks, and how they stand.');
  addExamples(list, 'webhook list', 'webhook list --json');
  setRemoteAction(list, around, showAll);

  const remove = webhook
    .command('remove')
    .description('Remove a webhook: nothing more is sent to it.')
    .argument('<id>', idHelp)
    .option('--yes', 'do not ask');
  addExamples(remove, 'webhook remove 0199f2c4-0000-7000-8000-000000000000 --yes');
  setRemoteAction(remove, around, removeOne);

  const test = webhook
    .command('test')
    .description('Send a "ping" to a webhook now, and say what came of it.')
    .argument('<id>', idHelp);
  addExamples(test, 'webhook test 0199f2c4-0000-7000-8000-000000000000');
  setRemoteAction(test, around, testOne);
}

function addChangingCommands(webhook: Command, around: Surroundings): void {
  const add = addFilterOptions(
    webhook
      .command('add')
      .description('Have an endpoint told of events from now on, and print the secret that signs them, this once.')
      .argument('<address>', 'where events are sent: https://ci.example.com/hooks'),
  );
  addExamples(
    add,
    'webhook add https://ci.example.com/hooks --kind TAG_PUSHED --kind TAG_MOVED',
    'webhook add https://ci.example.com/hooks --registry hub --repository "team/*"',
  );
  setRemoteAction(add, around, addOne);

  const update = addFilterOptions(
    webhook
      .command('update')
      .description('Change a webhook. What is not named stays as it is.')
      .argument('<id>', idHelp),
  )
    .option('--webhook-url <address>', 'send to this address')
    .option('--all-kinds', 'tell it of every kind')
    .option('--all-registries', 'tell it of every registry')
    .option('--all-repositories', 'tell it of every repository')
    .option('--enable', 'tell it of events again, of those since too')
    .option('--disable', 'send nothing to it')
    .option('--skip-pending', 'leave out the events that it was not told of until now')
    .option('--rotate-secret', 'make another secret, and print it this once')
    .option('--overlap-hours <hours>', 'the secret from before signs beside it so long; 24', parseCount(0, 168));
  addExamples(
    update,
    'webhook update 0199f2c4-0000-7000-8000-000000000000 --enable',
    'webhook update 0199f2c4-0000-7000-8000-000000000000 --rotate-secret --overlap-hours 48',
  );
  setRemoteAction(update, around, updateOne);
}

const kinds = Object.fromEntries(eventKinds.map((kind) => [kind, kind]));
const parseKind = parseChoice<EventKind>(kinds);

function addFilterOptions(command: Command): Command {
  return command
    .option('--kind <kind>', 'only events of this kind; may be repeated: TAG_PUSHED, TAG_MOVED, …', collectKind)
    .option('--registry <name>', 'only events of this registry; may be repeated', addOptionValue)
    .option('--repository <pattern>', 'only events of repositories of this pattern, with "*" and "?"');
}

function collectKind(text: string, before: readonly string[] | undefined): readonly string[] {
  parseKind(text);
  return addOptionValue(text, before);
}

async function showAll(remote: Remote): Promise<CommandResult> {
  const { webhooks } = await remote.client.ask(listWebhooks, {});
  if (webhooks.length === 0)
    return { data: [], text: 'There are no webhooks. Add one: registry-gateway webhook add <address>\n' };
  const headings = ['WEBHOOK', 'ADDRESS', 'OF', 'STATE', 'PENDING', 'LAST TAKEN'];
  const rows = webhooks.map((one) => toCells(one, remote.clock()));
  return { data: webhooks, text: formatTable(remote.io, headings, rows, { hasIds: true }) };
}

function toCells(webhook: WebhookFactsFragment, now: Date): Text[] {
  const { id, url, delivery } = webhook;
  const pending = delivery.pendingCount >= 1000 ? '1000 or more' : String(delivery.pendingCount);
  return [
    id,
    url,
    describeFilter(webhook),
    describeState(webhook, now),
    pending,
    formatAge(delivery.lastDeliveredAt, now),
  ];
}

function describeFilter({ kinds: some, registries, repository }: WebhookFactsFragment): string {
  const parts = [some?.join(', '), registries?.join(', '), repository];
  return parts.filter(Boolean).join('; ') || 'all';
}

function describeState({ enabled, disabledReason, delivery }: WebhookFactsFragment, now: Date): string {
  if (!enabled) return `disabled: ${toWords(disabledReason)}`;
  if (delivery.attempts === 0) return 'on';
  const next = delivery.nextAttemptAt === null ? '' : `, next ${formatAge(delivery.nextAttemptAt, now)}`;
  return `failing: ${toWords(delivery.lastFailure)}${next}`;
}

function toWords(name: string | null | undefined): string {
  return (name ?? '').toLowerCase().replaceAll('_', ' ');
}

async function addOne(remote: Remote, url: string, options: FilterOptions): Promise<CommandResult> {
  const { createWebhook: payload } = await remote.client.ask(createWebhook, { input: { url, ...toFilter(options) } });
  return showChanged(payload, 'is told of events');
}

async function updateOne(remote: Remote, id: string, options: UpdateOptions): Promise<CommandResult> {
  const { updateWebhook: payload } = await remote.client.ask(updateWebhook, { input: { id, ...toChanges(options) } });
  return showChanged(payload, 'is changed');
}

function toFilter({
  kind,
  registry,
  repository,
}: FilterOptions): Pick<UpdateWebhookInput, 'kinds' | 'registries' | 'repository'> {
  return {
    ...(kind && { kinds: kind as EventKind[] }),
    ...(registry && { registries: [...registry] }),
    ...(repository !== undefined && { repository }),
  };
}

/** Throws USAGE for what says nothing, or two things. */
function toChanges(options: UpdateOptions): Omit<UpdateWebhookInput, 'id'> {
  const { webhookUrl, enable = false, disable = false, rotateSecret, overlapHours, skipPending } = options;
  const clashes = [
    [enable, disable, '--enable and --disable'],
    [options.kind, options.allKinds, '--kind and --all-kinds'],
    [options.registry, options.allRegistries, '--registry and --all-registries'],
    [options.repository, options.allRepositories, '--repository and --all-repositories'],
  ] as const;
  const clash = clashes.find(([one, other]) => one && other);
  if (clash) throw new CommandError('USAGE', `Give one of ${clash[2]}.`);
  const changes = {
    ...toFilter(options),
    ...(webhookUrl !== undefined && { url: webhookUrl }),
    ...(options.allKinds && { kinds: null }),
    ...(options.allRegistries && { registries: null }),
    ...(options.allRepositories && { repository: null }),
    ...((enable || disable) && { enabled: enable }),
    ...(rotateSecret && { rotateSecret }),
    ...(skipPending && { skipPending }),
  };
  if (Object.keys(changes).length === 0) throw new CommandError('USAGE', 'Say what to change: see --help.');
  if (overlapHours !== undefined && !rotateSecret)
    throw new CommandError('USAGE', '--overlap-hours goes with --rotate-secret.');
  return { ...changes, ...(overlapHours !== undefined && { overlapHours }) };
}

interface ChangedWebhook {
  readonly webhook: WebhookFactsFragment | null;
  readonly secret: string | null;
  readonly userErrors: Parameters<typeof assertDone>[0];
}

function showChanged({ webhook, secret, userErrors }: ChangedWebhook, done: string): CommandResult {
  assertDone(userErrors);
  if (webhook === null) throw new CommandError('INTERNAL', 'The gateway gave no webhook.');
  const shown =
    secret === null
      ? ''
      : `Its secret, which is not shown again:\n${secret}\nTry it: registry-gateway webhook test ${webhook.id}\n`;
  const told = escapeControls(`${webhook.url} ${done}: ${describeFilter(webhook)}. Its id is ${webhook.id}.`);
  return { data: { webhook, secret }, text: `${told}\n${shown}` };
}

async function removeOne(
  remote: Remote,
  id: string,
  { yes = false }: { readonly yes?: boolean },
): Promise<CommandResult> {
  if (!(await confirm(remote, yes, `Remove the webhook ${id}?`)))
    return { data: { removed: null }, text: 'Nothing was changed.\n', exitCode: exitCodes.refused };
  const { deletedWebhookId, userErrors } = (await remote.client.ask(deleteWebhook, { input: { id } })).deleteWebhook;
  assertDone(userErrors);
  return { data: { removed: deletedWebhookId }, text: 'It is removed.\n' };
}

async function testOne(remote: Remote, id: string): Promise<CommandResult> {
  const { testWebhook: payload } = await remote.client.ask(testWebhook, { input: { id } });
  const { userErrors, ...outcome } = payload;
  assertDone(userErrors);
  const { delivered, status, ms, failure } = outcome;
  const answered = status === null ? '' : ` It answered ${status}.`;
  if (delivered) return { data: outcome, text: `It took the ping, in ${ms ?? '?'} ms.${answered}\n` };
  const text = `It did not take the ping: ${toWords(failure)}, after ${ms ?? '?'} ms.${answered}\n`;
  return { data: outcome, text, exitCode: exitCodes.refused };
}
