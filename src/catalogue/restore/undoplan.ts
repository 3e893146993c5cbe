import { isGone, type UndoneTag, type UndoState } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { DeletionJob } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import type { CallOptions } from '../../upstream/upstream.js';
import type { CatalogueParts } from '../parts.js';

/** Images that the registry is asked about; of the rest the index tells, or nothing does. */
const mostImagesAsked = 100;
/** Of these, at a time. */
const askedAtOnce = 10;

/** Parts of the catalogue that it uses. */
type UndoPlanParts = Pick<CatalogueParts, 'clients' | 'contents' | 'repositories' | 'steps' | 'tags'>;

/**
 * Lists each tag that a deletion took off, and whether it can come back: by the list of tags that the registry gives
 * now, and by whether it has their images. Without `call` nothing is asked, and the index tells both, as far as it
 * does. Throws the registry's failure.
 */
export async function listUndone(
  parts: UndoPlanParts,
  call: CallOptions | null,
  job: DeletionJob,
): Promise<readonly UndoneTag[]> {
  const steps = (await parts.steps.listSteps(job.id)).filter(({ state }) => isGone(state));
  const off = steps.flatMap(({ digest, tags }) => tags.map((name) => ({ name, digest })));
  if (off.length === 0) return [];
  const known = await parts.repositories.find(job.registryId, job.repository);
  const findKnown = async (names: readonly TagName[]) => (known ? parts.tags.findNamed(known.key, names) : []);
  if (call === null) {
    const present = new Map((await findKnown(off.map(({ name }) => name))).map(({ name, digest }) => [name, digest]));
    const held = known
      ? await parts.contents.findHeldIn(
          known.key,
          off.flatMap(({ digest }) => digest ?? []),
        )
      : [];
    return judgeEach(off, new Set(present.keys()), present, new Map([...held].map((digest) => [digest, true])));
  }
  const upstream = await parts.clients.open(job.registryId);
  const { names } = await upstream.listTags(job.repository, call);
  const listed = new Set<TagName>(names);
  const found = await findKnown(off.flatMap(({ name }) => (listed.has(name) ? [name] : [])));
  const present = new Map(found.map(({ name, digest }) => [name, digest]));
  const digests = [...new Set(off.flatMap(({ name, digest }) => (digest && !listed.has(name) ? [digest] : [])))];
  const asked = digests.slice(0, mostImagesAsked);
  const has = new Map<Digest, boolean>();
  for (let start = 0; start < asked.length; start += askedAtOnce)
    await Promise.all(
      asked.slice(start, start + askedAtOnce).map(async (digest) => {
        has.set(digest, (await upstream.headManifest(job.repository, digest, call)) !== null);
      }),
    );
  const unasked = digests.slice(mostImagesAsked);
  const held = known ? await parts.contents.findHeldIn(known.key, unasked) : new Set<Digest>();
  for (const digest of held) has.set(digest, true);
  return judgeEach(off, listed, present, has);
}

function judgeEach(
  off: readonly Pick<UndoneTag, 'name' | 'digest'>[],
  listed: ReadonlySet<TagName>,
  present: ReadonlyMap<TagName, Digest | null>,
  has: ReadonlyMap<Digest, boolean>,
): UndoneTag[] {
  return off.map(({ name, digest }) => ({
    name,
    digest,
    state: listed.has(name) ? judgePresent(digest, present.get(name) ?? null) : judgeGone(digest, has),
  }));
}

/** `present`: what it points to by the index; null: that is not known. */
function judgePresent(digest: Digest | null, present: Digest | null): UndoState {
  if (present === null) return 'UNKNOWN';
  return present === digest ? 'PRESENT' : 'MOVED';
}

function judgeGone(digest: Digest | null, has: ReadonlyMap<Digest, boolean>): UndoState {
  if (digest === null) return 'IMAGE_GONE';
  const isThere = has.get(digest);
  if (isThere === undefined) return 'UNKNOWN';
  return isThere ? 'RESTORABLE' : 'IMAGE_GONE';
}
