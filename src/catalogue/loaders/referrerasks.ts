import type { Repository } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { isUpstreamError } from '../../errors.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { CallOptions, ReferrerDescriptor } from '../../upstream/upstream.js';
import { maxAsks } from './listloaders.js';
import type { Loaders } from './loaders.js';
import type { UpstreamClients } from '../clients.js';

/** The questions about referrers that one request asks registries. */
export interface ReferrerAsks {
  /**
   * Returns what the registry of the repository lists by its referrers API. Nothing when it has none, when it fails, or
   * when the request has asked for enough: the index's word then stands alone.
   */
  ask(repository: Repository, subject: Digest): Promise<readonly ReferrerDescriptor[]>;
  /** Forgets what was asked, as the loaders do. */
  clearAll(): void;
}

export interface AskParts {
  readonly clients: UpstreamClients;
  readonly registries: RegistryStore;
  readonly loaders: Loaders;
  readonly call: CallOptions;
  /** Asks also a registry that is known to lack the API: it may have been replaced by a newer one. */
  readonly isForced: boolean;
}

type Listed = readonly ReferrerDescriptor[];

/**
 * Asks for each repository and image once. Whether a registry has the API is found out by one ask, which the others
 * wait for.
 */
export function createReferrerAsks({ clients, registries, loaders, call, isForced }: AskParts): ReferrerAsks {
  const asks = new Map<string, Promise<Listed>>();
  const probes = new Map<string, Promise<boolean>>();

  const fetch = async (
    { registryId, name }: Repository,
    subject: Digest,
    known: boolean | null,
  ): Promise<Listed | null> => {
    const upstream = await clients.open(registryId);
    const found = await upstream.listReferrers(name, subject, call);
    // A 404 of something on the way does not take back what the registry has shown.
    if (known !== true && known !== (found !== null)) {
      await registries.recordCapabilities(registryId, { referrersSupported: found !== null });
      loaders.registryState.clear(registryId);
    }
    return found;
  };

  return {
    async ask(repository, subject) {
      const { key, registryId } = repository;
      const { referrersSupported: known } = await loaders.registryState.load(registryId);
      if (known === false && !isForced) return [];
      const probe = known === true ? undefined : probes.get(registryId);
      if (probe && !(await probe)) return [];
      const earlier = asks.get(`${key} ${subject}`);
      if (earlier) return earlier;
      if (asks.size >= maxAsks) return [];
      const work = fetch(repository, subject, known);
      if (!probe)
        probes.set(
          registryId,
          work.then(
            (found) => found !== null,
            () => false,
          ),
        );
      const answer = work.then((found) => found ?? [], ignoreUpstream);
      asks.set(`${key} ${subject}`, answer);
      return answer;
    },
    clearAll() {
      asks.clear();
      probes.clear();
    },
  };
}

function ignoreUpstream(error: unknown): Listed {
  if (isUpstreamError(error)) return [];
  throw error;
}
