import { randomUUID } from 'node:crypto';
import type { Credentials } from '../../domain/registry.js';
import type { Asked } from '../failure/asked.js';
import { buildBasic } from '../network/login.js';
import { explainRejected } from './tokens.js';
import type { Send } from '../transport/transport.js';
import type { CallOptions } from '../upstream.js';

/** Places of a registry where strangers may be met with a challenge. */
export interface Probes {
  readonly ping: URL;
  /** The tags of a repository that nobody has. */
  readonly absent: URL;
  /** Bytes of an answer. */
  readonly cap: number;
}

export interface ProofSettings {
  readonly rule: { readonly registry: string };
  readonly credentials: Credentials;
  readonly send: Send;
  readonly probes: Probes;
  /** The probe that strangers are met with a challenge at; null: there is none. */
  readonly challengedAt: URL | null;
}

/**
 * Whether a registry that takes passwords takes these. True only when it lets them in where it keeps others out:
 * strangers, or an account that nobody has. null when it makes no difference between them. Throws UPSTREAM_AUTH when
 * they are refused.
 */
export async function proveCredentials(
  settings: ProofSettings,
  asked: Asked,
  call: CallOptions,
): Promise<boolean | null> {
  const { probes, credentials, rule, challengedAt } = settings;
  const ask = async (url: URL, header: string): Promise<number> => {
    const headers = { accept: 'application/json', authorization: header };
    return (await settings.send({ method: 'GET', url, headers, cap: probes.cap, asked }, call)).status;
  };
  const header = buildBasic(credentials);
  const status = await ask(challengedAt ?? probes.ping, header);
  if (status === 401) throw explainRejected(`Registry ${rule.registry}`, rule.registry, status);
  if (challengedAt !== null) return true;
  const stranger = buildBasic({ username: `registry-gateway-${randomUUID()}`, password: randomUUID() });
  return [401, 403].includes(await ask(probes.ping, stranger)) ? true : null;
}
