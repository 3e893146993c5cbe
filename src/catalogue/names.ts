import type { Registry } from '../domain/registry.js';
import type { ReaderParts, ReadOptions, ReadProblem } from './reading.js';
import { toProblem } from './reading.js';

/** Takes over the catalogue. Without one the names that are known stay: see `Reader.readNames`. */
export async function readNames(parts: ReaderParts, registry: Registry, options: ReadOptions): Promise<ReadProblem | null> {
  try {
    const upstream = await parts.pool.open(registry.id);
    const { names, dropped } = await upstream.listRepositories(options);
    const now = parts.clock();
    await parts.repositories.applyNames(registry.id, names, now);
    await parts.registries.recordNames(registry.id, { confirmedAt: now, dropped });
    await parts.registries.recordCapabilities(registry.id, { catalogSupported: true });
    return null;
  } catch (error) {
    const problem = await judgeFailure(parts, registry, error, options);
    if (options.signal?.aborted) return problem;
    await parts.registries.recordNamesError(registry.id, problem);
    if (problem.code === 'UPSTREAM_UNSUPPORTED') await parts.registries.recordCapabilities(registry.id, { catalogSupported: false });
    return problem;
  }
}

/** A catalogue that cannot be had says nothing of the registry: its ping does, and when that fails too, how. */
async function judgeFailure(parts: ReaderParts, registry: Registry, error: unknown, options: ReadOptions): Promise<ReadProblem> {
  const problem = toProblem(parts, error);
  if (options.signal?.aborted || problem.code === 'UPSTREAM_RATE_LIMITED') return { ...problem, isPartial: false };
  try {
    const upstream = await parts.pool.open(registry.id);
    await upstream.ping(options);
    return { ...problem, isPartial: true };
  } catch (second) {
    return { ...toProblem(parts, second), isPartial: false };
  }
}
