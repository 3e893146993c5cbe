import { type MemoryStore, sha256 } from '../registry/store.js';
import { buildImage } from './images.js';
import { push } from './push.js';

/** Pushes all that a memory store holds: blobs and untagged children first, then the tags. */
export async function copyStore(store: MemoryStore, url: string): Promise<void> {
  for (const repository of store.repositories('manifest')) {
    for (const tag of store.tags(repository)) await copyManifest(store, url, repository, tag);
  }
}

async function copyManifest(store: MemoryStore, url: string, repository: string, reference: string): Promise<void> {
  const { bytes, mediaType, digest } = store.findManifest(repository, reference)!;
  interface Manifest {
    readonly config?: { readonly digest: string };
    readonly layers?: readonly { readonly digest: string }[];
    readonly manifests?: readonly { readonly digest: string }[];
  }
  const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString()) as Manifest;
  for (const child of manifests) await copyManifest(store, url, repository, child.digest);
  const blobs = [...(config ? [config] : []), ...layers].flatMap((blob) => {
    const found = store.findBlob(repository, blob.digest);
    return found ? [{ digest: sha256(found), bytes: found }] : [];
  });
  const built = { ...buildImage(), bytes, mediaType, digest, children: [], blobs };
  await push(url, repository, reference === digest ? null : reference, built);
}
