import type { Registry } from '../../domain/registry.js';
import { explainGap, selectFollowed } from './following.js';
import type { IndexerParts, ReadOptions, ReadProblem } from './reading.js';
import { toProblem } from './reading.js';

/**
 * Takes over what is followed of the catalogue. Without one that is what is known by its name: see `Indexer.readNames`.
 */
export async function readNames(
  parts: IndexerParts,
  registry: Registry,
  options: ReadOptions,
): Promise<ReadProblem | null> {
  try {
    const upstream = await parts.clients.open(registry.id);
    const { names, ...dropped } = await upstream.listRepositories(options);
    const now = parts.clock();
    const followed = await selectFollowed(registry.following, names);
    await parts.repositories.applyNames(registry.id, { names: followed, following: registry.following }, now);
    await parts.registries.recordNames(registry.id, { confirmedAt: now, ...dropped });
    await parts.registries.recordCapabilities(registry.id, { catalogSupported: true });
    await parts.contacts.noteAnswer(registry, upstream.latencyMs);
    return null;
  } catch (error) {
    const problem = await judgeFailure(parts, registry, error, options);
    if (options.signal?.aborted) return problem;
    if (!problem.isPartial) await parts.contacts.noteFailure(registry, problem);
    if (problem.code === 'UPSTREAM_UNSUPPORTED' && problem.isPartial) return takeFollowed(parts, registry, problem);
    await parts.registries.recordNamesError(registry.id, problem);
    return problem;
  }
}

/**
 * Without a catalogue the list is what is followed: complete, unless a pattern stands in for names that nobody knows.
 */
async function takeFollowed(
  parts: IndexerParts,
  registry: Registry,
  refusal: ReadProblem,
): Promise<ReadProblem | null> {
  const now = parts.clock();
  await parts.repositories.applyNames(registry.id, { names: null, following: registry.following }, now);
  await parts.registries.recordCapabilities(registry.id, { catalogSupported: false });
  const isEmpty = await parts.repositories.isEmpty(registry.id);
  if (!isEmpty) await parts.registries.recordNames(registry.id, { confirmedAt: now, dropped: 0 });
  const gap = explainGap(registry, isEmpty);
  if (gap === null) return null;
  const problem = { ...refusal, message: `${refusal.message} ${gap}` };
  await parts.registries.recordNamesError(registry.id, problem);
  return problem;
}

/** A catalogue that cannot be had says nothing of the registry: its ping does, and when that fails too, how. */
async function judgeFailure(
  parts: IndexerParts,
  registry: Registry,
  error: unknown,
  options: ReadOptions,
): Promise<ReadProblem> {
  const problem = toProblem(parts, error);
  if (options.signal?.aborted || problem.code === 'UPSTREAM_RATE_LIMITED') return { ...problem, isPartial: false };
  try {
    const upstream = await parts.clients.open(registry.id);
    const { latencyMs } = await upstream.ping(options);
    await parts.contacts.noteAnswer(registry, latencyMs);
    return { ...problem, isPartial: true };
  } catch (second) {
    return { ...toProblem(parts, second), isPartial: false };
  }
}
