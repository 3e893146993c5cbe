import { formatApproval } from './approvals.js';
import type { Io } from '../io.js';
import { styleState, type Text } from '../style.js';
import { formatFacts } from '../table.js';
import type {
  FreshnessFactsFragment,
  RegistryDetailsFragment,
  RegistryRowFragment,
  RuleFactsFragment,
} from './documents.js';
import { formatAge, formatCount, formatSize, formatSome } from './format.js';
import { describeProblem } from './listing.js';

/** How far what is known of it can be relied on, in one word or two. */
export function describeState({ state, confirmedAt }: FreshnessFactsFragment, now: Date): Text {
  const word = state.toLowerCase().replaceAll('_', ' ');
  const isNow = state === 'FRESH' || confirmedAt === null;
  return styleState(state, isNow ? word : `${word}, read ${formatAge(confirmedAt, now)}`);
}

export const registryHeadings = ['NAME', 'ADDRESS', 'STATE', 'REPOSITORIES', 'TAGS', 'SIZE'];

export function toRegistryCells({
  name,
  addr,
  freshness,
  repositoryCount,
  tagCount,
  size,
}: RegistryRowFragment): Text[] {
  const state = styleState(freshness.state, freshness.state.toLowerCase().replaceAll('_', ' '));
  return [name, addr, state, String(repositoryCount), String(tagCount), formatSize(size)];
}

/** Everything of one registry, and below it what is wrong and what to do. */
export function describeRegistry(io: Pick<Io, 'colours'>, registry: RegistryDetailsFragment, now: Date): string {
  const { name, capabilities, health, protection, approvals, retention, followedRepositories, freshness } = registry;
  const facts = formatFacts(io, [
    ['Name', name],
    ['Address', registry.addr],
    ['Pulled from', registry.pullHost],
    ['Id', registry.id],
    ['Attached', formatAge(registry.createdAt, now)],
    ['State', describeState(freshness, now)],
    ['Answers', describeHealth(health, now)],
    ['Repositories', `${registry.repositoryCount}, with ${formatCount(registry.tagCount, 'tag')}`],
    ['Size', formatSize(registry.size)],
    [
      'Follows',
      followedRepositories.length === 0
        ? 'all that its catalogue lists'
        : formatSome(followedRepositories, followedRepositories.length),
    ],
    ['Shown to it', describeShown(registry)],
    [
      'Certificate',
      registry.tlsSkipVerify
        ? 'is not checked'
        : registry.hasCaCertificate
          ? "of an authority of the registry's own"
          : 'is checked',
    ],
    ['Token server', registry.authRealm ?? 'on its own host only'],
    ['Asked through', describeProxy(registry.proxy)],
    ['Read next', describeNextAttempt(freshness.nextAttemptAt, now)],
    ['Asked again', `after ${formatCount(registry.maxAge, 'second')}`],
    ['Deletes', describeDeleting(registry, capabilities)],
    ['Notifications', describeNotifications(registry, now)],
    [
      'Protects',
      protection.length === 0 ? 'nothing' : protection.map(({ repository, tag }) => `${repository}:${tag}`).join(', '),
    ],
    ['Second person', approvals.length === 0 ? 'for nothing' : approvals.map(formatApproval).join(', ')],
    ['Retention', describeRules(retention)],
    [
      'Names left out',
      registry.droppedNames === 0 ? 'none' : formatSome(registry.droppedNameExamples, registry.droppedNames),
    ],
  ]);
  const problem = describeProblem(name, freshness);
  return problem === null ? facts : `${facts}\n${problem}\n`;
}

function describeNotifications({ capabilities, lastEventAt }: RegistryDetailsFragment, now: Date): string {
  if (!capabilities.notifications) return 'none: no secret for them is set';
  return lastEventAt === null ? 'taken, none came yet' : `taken, the last one ${formatAge(lastEventAt, now)}`;
}

/** A time that has come is told as now, whatever the clock here says. */
function describeNextAttempt(iso: string | null, now: Date): string {
  if (iso === null) return 'not planned: the gateway is about to stop';
  return new Date(iso) <= now ? 'now' : formatAge(iso, now);
}

function describeHealth(
  { reachable, authenticated, latencyMs, checkedAt, message }: RegistryDetailsFragment['health'],
  now: Date,
): string {
  if (reachable === null) return 'not asked yet';
  if (!reachable) return `no, ${formatAge(checkedAt, now)}${message === null ? '' : `: ${message}`}`;
  const account = authenticated === null ? '' : authenticated ? ', takes the account' : ', does not take the account';
  return `in ${latencyMs ?? '?'} ms, ${formatAge(checkedAt, now)}${account}`;
}

function describeShown({ hasCredentials, hasClientCertificate }: RegistryDetailsFragment): string {
  const shown = [hasCredentials && 'an account', hasClientCertificate && 'a client certificate'].filter(
    (one) => one !== false,
  );
  return shown.join(' and ') || 'nothing';
}

function describeProxy({ mode, url, hasCredentials }: RegistryDetailsFragment['proxy']): string {
  if (mode === 'ENVIRONMENT') return "the proxies of the gateway's environment, if any";
  return mode === 'NONE' ? 'no proxy' : `its own proxy ${url}${hasCredentials ? ', with an account' : ''}`;
}

function describeDeleting(
  { readOnly }: RegistryDetailsFragment,
  { deleteManifest, deleteTag }: RegistryDetailsFragment['capabilities'],
): string {
  if (readOnly) return 'no: an admin set it read-only';
  if (deleteManifest === false && deleteTag !== true) return 'no: it refuses to';
  return deleteManifest === null && deleteTag === null ? 'not known yet' : 'yes';
}

type RetentionFacts = Pick<RuleFactsFragment['retention'], 'rules' | 'intervalHours'>;

/** The rules of retention in a line. */
export function describeRules({ rules, intervalHours }: RetentionFacts): string {
  if (rules.length === 0) return 'deletes nothing: it has no rules';
  const when = intervalHours === null ? 'when asked to' : `every ${formatCount(intervalHours, 'hour')}`;
  const texts = rules.map((rule) => `of ${rule.repository}:${rule.tags} keep ${describeKept(rule)}`);
  return `${texts.join('; ')} (${when})`;
}

/** Which tags a rule of retention keeps, of those that it is about. */
export function describeKept({
  keepLast,
  keepMatching,
  keepSemver,
  keepYoungerThan,
}: RetentionFacts['rules'][number]): string {
  return [
    keepLast !== null && `the last ${keepLast}`,
    keepMatching.length > 0 && keepMatching.join(' '),
    keepSemver !== null && `versions ${keepSemver}`,
    keepYoungerThan !== null && `what is younger than ${formatCount(keepYoungerThan, 'day')}`,
  ]
    .filter((one) => one !== false)
    .join(', ');
}
