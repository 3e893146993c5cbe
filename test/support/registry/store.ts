import {
  createStore as createPlainStore,
  type MemoryStore as PlainStore,
  type StoredManifest,
  type StoredRepository,
} from '../../../src/demo/registry/store.js';

export { sha256, type StoredManifest } from '../../../src/demo/registry/store.js';

/** The demo's store, to which things can happen that no registry's API does. */
export interface MemoryStore extends PlainStore {
  /**
   * By digest, which is 404 from then on, while its tags are served on as before; it has none to return. null when
   * there is no such manifest.
   */
  hideManifest(repository: string, digest: string): string[] | null;
  /** No registry has an API for this; someone did it on the disk. */
  removeRepository(repository: string): void;
}

export function createStore(): MemoryStore {
  const repositories = new Map<string, StoredRepository>();
  const store = createPlainStore(repositories);
  /** Found by a tag, and not by their digest; by repository and digest. */
  const hidden = new Map<string, StoredManifest>();
  return {
    ...store,
    findManifest(name, reference) {
      const found = store.findManifest(name, reference);
      if (found || reference.includes(':')) return found;
      return hidden.get(`${name}@${store.resolveTag(name, reference)}`) ?? null;
    },
    hideManifest(name, digest) {
      const manifest = repositories.get(name)?.manifests.get(digest);
      if (!manifest) return null;
      hidden.set(`${name}@${digest}`, manifest);
      repositories.get(name)?.manifests.delete(digest);
      return [];
    },
    removeRepository: (name) => void repositories.delete(name),
  };
}
