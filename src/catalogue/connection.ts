import { GatewayError, isUpstreamError } from '../errors.js';
import type { Health } from '../store/registrystate.js';
import type { CallOptions, Upstream, UpstreamSettings } from '../upstream/upstream.js';
import { unproven } from './contacts.js';
import type { Session } from './session.js';

/** Gives the health of a registry that answers; throws its failure, which then says what to change. */
export async function testConnection({ createUpstream, clock, call }: Session, settings: UpstreamSettings): Promise<Health> {
  const upstream = createUpstream(settings);
  try {
    const { latencyMs } = await upstream.ping(call);
    const authenticated = await prove(upstream, call);
    const message = authenticated === null ? unproven : null;
    return { reachable: true, authenticated, latencyMs: Math.round(latencyMs), checkedAt: clock(), message };
  } catch (error) {
    if (!isUpstreamError(error)) throw error;
    throw new GatewayError(error.code, `${error.message} Nothing was changed.`, { ...error.facts, cause: error });
  } finally {
    upstream.close();
  }
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
