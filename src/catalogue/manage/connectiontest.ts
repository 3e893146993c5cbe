import { type ConnectionStep, createSkippedStep, createStep, type TestStepKind } from '../../domain/connectionstep.js';
import { parseRepositoryName, type RegistryName, type RepositoryName } from '../../domain/name.js';
import { toOutboundProxy } from '../../domain/outboundproxy.js';
import { type DeleteCapability, hostOf, type Registry } from '../../domain/registry.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { CallOptions, Upstream, UpstreamSettings } from '../../upstream/upstream.js';
import { assertAllowed, isAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { seesRepository } from '../visibility.js';
import { type ConnectionParts, contact, runVeiled } from './connection.js';
import { assertMayRoute } from './proxysetting.js';
import { type NewRegistry, parseFields, toUpstreamSettings } from './settings.js';
import { describeWay, skipAfter } from './waysteps.js';

/** Milliseconds that a whole test may take: what is not asked by then failed. */
export const longestTest = 10_000;

/** Parts of the catalogue that it uses. */
export type ConnectionTestingParts = ConnectionParts & Pick<CatalogueParts, 'registries'>;

/** The settings of a registry to test; it has no name yet. */
export type TestedSettings = Omit<NewRegistry, 'name'>;

interface TestSubject {
  readonly settings: UpstreamSettings;
  /** Whose tags are asked for; null: the first that the catalogue lists. */
  readonly repository: RepositoryName | null;
  /** Whether whoever asks sees the repository: of others not even the name is told. */
  readonly sees: (name: RepositoryName) => boolean;
  /** Not even the harmless probe of a deletion is sent there. */
  readonly isReadOnly: boolean;
  /** Why it cannot be reached is for who may diagnose: nobody knows yet that a registry is there. */
  readonly isNew: boolean;
}

/**
 * Tests connections step by step, and changes nothing: one client of its own, some fifteen small requests at the most,
 * within ten seconds.
 */
export class ConnectionTesting {
  readonly #parts: ConnectionTestingParts;

  constructor(parts: ConnectionTestingParts) {
    this.#parts = parts;
  }

  /** Of a registry to attach. Throws BAD_USER_INPUT, and FORBIDDEN as attaching it would. */
  async testNew(
    context: RequestContext,
    wanted: TestedSettings,
    repository: string | null,
  ): Promise<readonly ConnectionStep[]> {
    assertAllowed(context.viewer, 'manage');
    const fields = parseFields({ ...wanted, name: 'new' }, this.#parts.clock());
    assertMayRoute(context.viewer, null, fields, fields.proxyCredentials !== null);
    const settings = toUpstreamSettings('new', fields);
    // Messages name it, and it has no other name yet.
    const registry = { ...settings.registry, name: hostOf(fields.addr) as RegistryName };
    return this.#test(context, {
      settings: { ...settings, registry },
      repository: readName(repository) ?? [...fields.following.names][0] ?? null,
      sees: (name) => seesRepository(context.viewer, 'new', name),
      isReadOnly: false,
      isNew: true,
    });
  }

  /** Of one that is attached, with the settings it has. */
  async testAttached(
    context: RequestContext,
    { id }: Registry,
    repository: string | null,
  ): Promise<readonly ConnectionStep[]> {
    assertAllowed(context.viewer, 'manage');
    const { registry, credentials, clientCertificate, proxyCredentials } =
      await this.#parts.registries.readConnection(id);
    const proxy = toOutboundProxy(registry.proxy, proxyCredentials);
    return this.#test(context, {
      settings: { registry, credentials, clientCertificate, proxy },
      repository: readName(repository) ?? [...registry.following.names][0] ?? null,
      sees: (name) => seesRepository(context.viewer, id, name),
      isReadOnly: registry.readOnly,
      isNew: false,
    });
  }

  async #test(context: RequestContext, subject: TestSubject): Promise<readonly ConnectionStep[]> {
    const { timer } = this.#parts;
    const timeUp = new AbortController();
    const cancel = timer.after(longestTest, () => timeUp.abort(explainLong(subject.settings.registry.name)));
    const upstream = this.#parts.createUpstream(subject.settings);
    try {
      const signal = AbortSignal.any([timeUp.signal, ...(context.call.signal ? [context.call.signal] : [])]);
      return await this.#walk({ ...context, call: { ...context.call, signal } }, subject, upstream);
    } finally {
      cancel();
      upstream.close();
    }
  }

  async #walk(context: RequestContext, subject: TestSubject, upstream: Upstream): Promise<readonly ConnectionStep[]> {
    const { settings, isNew } = subject;
    const isTold = isAllowed(context.viewer, 'diagnose');
    const reach = (call: CallOptions) => contact(upstream, call);
    const veils = isNew && !isTold;
    const outcome = await settle(
      veils ? runVeiled(this.#parts, context, { upstream, settings }, reach) : reach(context.call),
    );
    // A registry that was not recognised is told of in one sentence, whatever was there.
    const isVeiled = veils && outcome instanceof GatewayError && !upstream.isRecognised;
    const now = this.#parts.clock();
    const way = isVeiled
      ? describeVeiled(outcome)
      : describeWay({ upstream, settings, outcome, now, showsAddresses: isTold });
    const failed = way.find(({ state }) => state === 'FAILED');
    if (failed) return [...way, ...(['CATALOGUE', 'TAGS', 'DELETION'] as const).map((k) => skipAfter(k, failed.kind))];
    return [...way, ...(await askAbilities(upstream, subject, context.call))];
  }
}

function describeVeiled(error: GatewayError): readonly ConnectionStep[] {
  const untold = (kind: TestStepKind): ConnectionStep =>
    createSkippedStep(kind, 'UNTOLD', 'How far it came, an admin is told.');
  const { code, message, facts } = error;
  const failed = createStep('PING', 'FAILED', message, { code, hint: facts.hint ?? null });
  return [untold('NAME'), untold('CONNECTION'), untold('TLS'), failed, skipAfter('LOGIN', 'PING')];
}

async function askAbilities(
  upstream: Upstream,
  { repository, sees, isReadOnly }: TestSubject,
  call: CallOptions,
): Promise<readonly ConnectionStep[]> {
  const [catalogue, first] = await askCatalogue(upstream, sees, call);
  const name = repository ?? first;
  const none = 'No repository is known to ask for.';
  if (name === null || !sees(name))
    return [
      catalogue,
      ...(['TAGS', 'DELETION'] as const).map((kind) => createSkippedStep(kind, 'NO_REPOSITORY', none)),
    ];
  const tags = await orFailed('TAGS', async () =>
    (await upstream.peekTags(name, call))
      ? createStep('TAGS', 'OK', `It lists the tags of ${name}.`)
      : createStep('TAGS', 'UNKNOWN', `It has no repository ${name}.`, { hint: 'Name a repository that it has.' }),
  );
  const deletion = isReadOnly
    ? createSkippedStep('DELETION', 'READ_ONLY', 'It is read-only here: nothing is deleted there.')
    : await orFailed('DELETION', async () => describeDeletion(await upstream.probeDelete(name, call)));
  // One that cannot tell is attached all the same: a plan asks again.
  return [catalogue, tags, deletion.state === 'FAILED' ? { ...deletion, state: 'UNKNOWN' } : deletion];
}

async function askCatalogue(
  upstream: Upstream,
  sees: TestSubject['sees'],
  call: CallOptions,
): Promise<readonly [ConnectionStep, RepositoryName | null]> {
  let first: RepositoryName | null = null;
  const step = await orFailed('CATALOGUE', async () => {
    const found = await upstream.peekCatalog(call);
    first = found.first !== null && sees(found.first) ? found.first : null;
    if (found.isThere) return createStep('CATALOGUE', 'OK', 'It lists its repositories.');
    return createStep('CATALOGUE', 'LIMITED', 'It does not list its repositories to this account.', {
      hint: 'Name those to read as followedRepositories; others are read once somebody asks for them by name.',
    });
  });
  return [step, first];
}

const deletions: Readonly<Record<DeleteCapability, string | null>> = {
  enabled: null,
  disabled: 'Its deleting is switched off. In distribution, REGISTRY_STORAGE_DELETE_ENABLED=true switches it on.',
  unsupported: 'It does not delete by this API.',
  'read-only': 'It takes no writes now: its own maintenance mode is on.',
  forbidden: 'This account may not delete there.',
};

function describeDeletion(capability: DeleteCapability): ConnectionStep {
  const problem = deletions[capability];
  return problem === null
    ? createStep('DELETION', 'OK', 'It deletes: a deletion of nothing was taken.')
    : createStep('DELETION', 'LIMITED', `${problem} All else works.`);
}

async function orFailed(kind: TestStepKind, ask: () => Promise<ConnectionStep>): Promise<ConnectionStep> {
  const outcome = await settle(ask());
  if (!(outcome instanceof GatewayError)) return outcome;
  return createStep(kind, 'FAILED', outcome.message, { code: outcome.code, hint: outcome.facts.hint ?? null });
}

/** Gives a registry's failure as a value; throws anything else on. */
async function settle<T>(work: Promise<T>): Promise<T | GatewayError> {
  try {
    return await work;
  } catch (error) {
    if (isUpstreamError(error)) return error;
    throw error;
  }
}

function readName(text: string | null): RepositoryName | null {
  return text === null ? null : parseRepositoryName(text, 'input', 'repository');
}

function explainLong(registry: string): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `The test of ${registry} took longer than ${longestTest / 1000} s.`, {
    registry,
    hint: 'Try again once the registry answers sooner.',
  });
}
