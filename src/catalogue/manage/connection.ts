import { isIP } from 'node:net';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { Health } from '../../store/registries/state.js';
import type { CallOptions, Upstream, UpstreamSettings } from '../../upstream/upstream.js';
import { isAllowed } from '../access.js';
import { unproven } from '../contacts.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { Contact } from './waysteps.js';

/** Parts of the catalogue that it uses. */
export type ConnectionParts = Pick<CatalogueParts, 'clock' | 'createUpstream' | 'log' | 'timer'>;

/** Who has a connection tested, and how the registry is asked for that. */
type Tester = Pick<RequestContext, 'viewer' | 'requestId'> & { readonly call: CallOptions };

/**
 * Milliseconds after which whoever may not diagnose is told that no registry answers, whatever came before, or nothing.
 */
export const strangersWait = 8000;

/**
 * Gives the health of a registry that answers; throws its failure, which then says what to change. Whoever may attach,
 * but not diagnose, learns of an address only whether a registry answers there: anything else, a closed port, a web
 * site, a silent port, is one error after one time, so that the gateway is no scanner of its own network. The log has
 * what it was.
 */
export async function testConnection(
  parts: ConnectionParts,
  tester: Tester,
  settings: UpstreamSettings,
): Promise<Health> {
  const upstream = parts.createUpstream(settings);
  try {
    return await (isAllowed(tester.viewer, 'diagnose')
      ? test(parts, upstream, tester.call)
      : runVeiled(parts, tester, { upstream, settings }, (call) => test(parts, upstream, call)));
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    throw new GatewayError(error.code, `${error.message} Nothing was changed.`, { ...error.facts, cause: error });
  } finally {
    upstream.close();
  }
}

/** The first contact with a registry: a ping, and the proof of its credentials. Throws its failure. */
export async function contact(upstream: Upstream, call: CallOptions): Promise<Contact> {
  const { latencyMs } = await upstream.ping(call);
  return { latencyMs, proof: await prove(upstream, call) };
}

async function test({ clock }: Pick<ConnectionParts, 'clock'>, upstream: Upstream, call: CallOptions): Promise<Health> {
  const { latencyMs, proof: authenticated } = await contact(upstream, call);
  const message = authenticated === null ? unproven : null;
  return { reachable: true, authenticated, latencyMs: Math.round(latencyMs), checkedAt: clock(), message };
}

/**
 * Gives what `work` gives of a registry, with its own signal. Whoever may not diagnose is told of its failure as
 * `testConnection` says.
 */
export async function runVeiled<T>(
  parts: Pick<ConnectionParts, 'log' | 'timer'>,
  { viewer, requestId, call }: Tester,
  { upstream, settings }: { readonly upstream: Upstream; readonly settings: UpstreamSettings },
  work: (call: CallOptions) => Promise<T>,
): Promise<T> {
  const { timer, log } = parts;
  const { name: registry, addr } = settings.registry;
  const timeUp = new AbortController();
  const started = timer.elapsed();
  const cancel = timer.after(strangersWait, () => timeUp.abort());
  try {
    // How often it was tried would tell what is there: only requests to a registry are counted.
    const found = await work({ ...call, onRequest: undefined, signal: timeUp.signal });
    for (let sent = 0; sent < upstream.requests; sent++) call.onRequest?.();
    return found;
  } catch (error) {
    if (!isUpstreamError(error) || isTold(error, upstream, addr)) throw error;
    log('no registry answered to an account that may not be told why', {
      registry,
      addr,
      username: viewer?.username,
      requestId,
      code: error.code,
      why: error.message,
    });
    await timer.sleep(Math.max(started + strangersWait - timer.elapsed(), 0));
    throw explainNoRegistry(registry);
  } finally {
    cancel();
  }
}

/**
 * True for what a registry itself did, and for a refused password. It is true too for an address that, as it was typed,
 * may not be opened: of a name that would tell what it leads to.
 */
function isTold({ code, facts }: GatewayError, { isRecognised }: Upstream, addr: string): boolean {
  const isPolicy = code === 'UPSTREAM_BLOCKED' && facts.upstreamStatus === undefined && facts.host === undefined;
  if (isPolicy && !isRecognised) return isIP(new URL(addr).hostname.replaceAll(/^\[|\]$/g, '')) !== 0;
  const isRefusedPassword = code === 'UPSTREAM_AUTH' && facts.upstreamStatus === 401;
  return isRecognised && !isPolicy && (facts.host === undefined || isRefusedPassword);
}

function explainNoRegistry(registry: string): GatewayError {
  return new GatewayError('UPSTREAM_UNREACHABLE', `No registry answers at the address of ${registry}.`, {
    registry,
    hint: 'Check the scheme, the host and the port. An admin is told more, and the log has it under the request id.',
  });
}

/** Credentials count as refused only where the registry refuses them: one that cannot be asked now proves nothing. */
async function prove(upstream: Upstream, call: CallOptions): Promise<boolean | null> {
  try {
    return await upstream.proveCredentials(call);
  } catch (error) {
    if (isUpstreamError(error) && error.code !== 'UPSTREAM_AUTH') return null;
    throw error;
  }
}
