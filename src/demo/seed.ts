import type { Built } from './built.js';
import type { MemoryStore } from './registry/store.js';

/** Puts the content into the store without a request. A null tag leaves it untagged. */
export function seed(store: MemoryStore, repository: string, tag: string | null, built: Built): void {
  for (const { bytes } of built.blobs) store.putBlob(repository, bytes);
  for (const child of built.children) seed(store, repository, null, child);
  store.putManifest(repository, tag, built.mediaType, built.bytes);
}
