import type { RegistryName } from '../../domain/name.js';
import type { RegistryAddress } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import type { InspectedRegistry, LastCrawl } from '../../store/backup/inspectedregistries.js';
import type { Keyring } from '../../store/keys/keyring.js';
import type { Timer } from '../../timer.js';
import type { CallOptions, Upstream, UpstreamSettings } from '../../upstream/upstream.js';
import { adviseOn } from '../advice.js';
import { createFindings, type Finding } from './finding.js';

/** Milliseconds that all questions to one registry may take together. */
export const patience = 20_000;
/** Milliseconds by which clocks may differ: tokens are good from a second to another. */
const skewAllowed = 60_000;

export interface RegistryParts {
  readonly keyring: Keyring;
  readonly createUpstream: (settings: UpstreamSettings) => Upstream;
  readonly timer: Timer;
  readonly clock: () => Date;
}

type Findings = ReturnType<typeof createFindings>;

/**
 * Asks a registry as the gateway would; nothing there is changed, and no DELETE is sent. Takes `patience` at the
 * longest.
 */
export async function checkRegistry(registry: InspectedRegistry, parts: RegistryParts): Promise<Finding[]> {
  const findings = createFindings(registry.name);
  const known = [describeDeletes(registry, findings), describeCrawl(registry, findings)];
  const patient = new AbortController();
  const cancel = parts.timer.after(patience, () => patient.abort());
  let upstream: Upstream | null = null;
  try {
    upstream = openUpstream(registry, parts);
    return [...(await ask(upstream, registry, findings, parts.clock, { signal: patient.signal })), ...known];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const next =
      error.code === 'INTERNAL'
        ? `Give them again: registry-gateway registry set ${registry.name} --username <name>`
        : nextOf(error, registry);
    return [findings.failed('settings', error.message, next), ...known];
  } finally {
    cancel();
    upstream?.close();
  }
}

function openUpstream(row: InspectedRegistry, { createUpstream, keyring }: RegistryParts): Upstream {
  const registry = { ...row, name: row.name as RegistryName, addr: row.addr as RegistryAddress };
  return createUpstream({ registry, ...row.openSecrets(keyring) });
}

async function ask(
  upstream: Upstream,
  registry: InspectedRegistry,
  findings: Findings,
  clock: () => Date,
  call: CallOptions,
): Promise<Finding[]> {
  const reached = await reach(upstream, registry, findings, call);
  const skew = describeClock(upstream, findings, clock);
  if (!reached.isUsable) return [...reached.findings, ...skew];
  const login = await proveLogin(upstream, registry, findings, call);
  if (login.state === 'failed') return [...reached.findings, login, ...skew];
  return [...reached.findings, login, await findCatalogue(upstream, registry, findings, call), ...skew];
}

/** It answers that it wants another login: it is there. */
const refusals: readonly string[] = ['UPSTREAM_AUTH', 'UPSTREAM_REALM_REFUSED'];

async function reach(
  upstream: Upstream,
  registry: InspectedRegistry,
  { ok, warning, failed }: Findings,
  call: CallOptions,
) {
  try {
    const { latencyMs } = await upstream.ping(call);
    return { findings: [ok('reachable', `${registry.addr} answers in ${Math.round(latencyMs)} ms.`)], isUsable: true };
  } catch (error) {
    const failure = asFailure(error);
    if (refusals.includes(failure.code))
      return {
        findings: [
          ok('reachable', `${registry.addr} answers.`),
          failed('login', failure.message, nextOf(failure, registry)),
        ],
        isUsable: false,
      };
    const state = failure.code === 'UPSTREAM_RATE_LIMITED' ? warning : failed;
    return { findings: [state('reachable', failure.message, nextOf(failure, registry))], isUsable: false };
  }
}

async function proveLogin(
  upstream: Upstream,
  registry: InspectedRegistry,
  { ok, warning, failed }: Findings,
  call: CallOptions,
): Promise<Finding> {
  const { username, name } = registry;
  try {
    const isProved = await upstream.proveCredentials(call);
    if (username === null) return ok('login', 'It is asked without an account, and lets strangers in.');
    if (isProved) return ok('login', `It takes the credentials of ${username}.`);
    const next =
      'Look whether its login is switched on; if strangers shall read it, take the account away: ' +
      `registry-gateway registry set ${name} --no-credentials`;
    return warning(
      'login',
      `It does not tell whether the credentials of ${username} are right: it lets strangers in as well.`,
      next,
    );
  } catch (error) {
    const failure = asFailure(error);
    const state = refusals.includes(failure.code) ? failed : warning;
    return state('login', failure.message, nextOf(failure, registry));
  }
}

async function findCatalogue(
  upstream: Upstream,
  registry: InspectedRegistry,
  { ok, warning, failed }: Findings,
  call: CallOptions,
): Promise<Finding> {
  const { name, followsByName } = registry;
  try {
    if (await upstream.probeCatalog(call)) return ok('catalogue', 'It lists its repositories.');
    if (followsByName) return ok('catalogue', 'It does not list its repositories; those that are named are read.');
    return warning(
      'catalogue',
      'It does not list its repositories to this account.',
      `Name those that are to be read: registry-gateway registry follow ${name} <repository>`,
    );
  } catch (error) {
    const failure = asFailure(error);
    return failed('catalogue', failure.message, nextOf(failure, registry));
  }
}

/** At most one: nothing where no answer said what time it is. */
function describeClock({ clock: theirs }: Upstream, { ok, warning }: Findings, clock: () => Date): Finding[] {
  if (theirs === null) return [];
  const skew = theirs - clock().getTime();
  if (Math.abs(skew) <= skewAllowed) return [ok('clock', 'Its clock and that of this machine agree.')];
  const seconds = Math.round(Math.abs(skew) / 1000);
  return [
    warning(
      'clock',
      `Its clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} that of this machine.`,
      'Set both by NTP: tokens may be refused as expired or not yet valid.',
    ),
  ];
}

/** As the gateway found it when it last planned a deletion there. */
function describeDeletes({ canDelete }: InspectedRegistry, { ok, warning }: Findings): Finding {
  switch (canDelete) {
    case null:
      return ok('deletes', 'Not known yet: the first deletion that is planned there asks.');
    case 'enabled':
      return ok('deletes', 'It deletes.');
    case 'disabled':
      return warning(
        'deletes',
        'Deleting is switched off there.',
        'In distribution it is storage.delete.enabled in its config.yml.',
      );
    case 'read-only':
      return warning('deletes', 'It takes no writes: it was in its maintenance mode.');
    case 'forbidden':
      return warning(
        'deletes',
        'The account may not delete there.',
        'Give the account that right, or attach the registry with another.',
      );
    case 'unsupported':
      return warning('deletes', 'It does not delete.');
  }
}

function describeCrawl({ name, lastCrawl }: InspectedRegistry, { ok, warning }: Findings): Finding {
  if (lastCrawl === null)
    return warning(
      'last crawl',
      'It was never read.',
      `A running gateway reads it: registry-gateway sync ${name} --wait`,
    );
  const when = new Date(lastCrawl.finishedAt ?? lastCrawl.createdAt).toISOString();
  if (lastCrawl.state === 'SUCCEEDED') return ok('last crawl', `It was read whole at ${when}.`);
  if (lastCrawl.finishedAt === null) return ok('last crawl', `It is being read since ${when}.`);
  return warning(
    'last crawl',
    describeTrouble(lastCrawl, when),
    `When that is mended: registry-gateway sync ${name} --wait`,
  );
}

function describeTrouble({ state, failureCount, firstFailure }: LastCrawl, when: string): string {
  const first = firstFailure === null ? '' : ` The first: ${firstFailure}`;
  if (state === 'CANCELLED') return `It was cancelled at ${when}.${first}`;
  return `${state === 'FAILED' ? 'It failed' : 'It was read in part'} at ${when} (failures: ${failureCount}).${first}`;
}

function asFailure(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  throw error;
}

/** null where the message says it. */
function nextOf({ code, facts }: GatewayError, { name }: InspectedRegistry): string | null {
  return facts.hint ?? adviseOn(code, name);
}
