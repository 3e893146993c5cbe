import type { Gauge } from 'prom-client';
import type { Slices } from '../timer.js';
import type { Meters } from './meters.js';

/** Bytes on the disk. */
export interface FootprintSample {
  readonly file: number;
  /** null: it is not this machine's. */
  readonly log: number | null;
  /** Of the file that hold nothing; null: there is no file. */
  readonly free: number | null;
  /** Of the file system that the file is on; null: it is on none. */
  readonly disk: { readonly free: number; readonly size: number } | null;
}

export interface StoreSample extends FootprintSample {
  readonly isFaulty: boolean;
  readonly readingProcesses: number;
}

/** The sizes of the index. By the registry's name. */
export interface IndexSample {
  readonly registries: ReadonlyMap<string, { readonly repositories: number; readonly tags: number }>;
  readonly images: number;
  readonly blobs: number;
}

export function createStoreMetrics(meters: Meters): (sample: StoreSample) => void {
  const file = meters.gauge('database_size_bytes', 'Size of the database.');
  const log = meters.gauge('database_wal_size_bytes', "Size of the database's write-ahead log.");
  const free = meters.gauge('database_free_bytes', 'Bytes of the database file that hold nothing.');
  const diskFree = meters.gauge('database_disk_free_bytes', 'Bytes that are free on the file system of the database.');
  const diskSize = meters.gauge('database_disk_size_bytes', 'Size of the file system of the database.');
  const fault = meters.gauge(
    'database_fault',
    '1: nothing is written, since the database file is not what it was; 0: it is.',
  );
  const processes = meters.gauge(
    'database_reading_processes',
    'Processes that search and filter the database beside the gateway; on PostgreSQL its sessions for that.',
  );
  return (sample) => {
    file.set(sample.file);
    show(log, sample.log);
    show(free, sample.free);
    fault.set(Number(sample.isFaulty));
    processes.set(sample.readingProcesses);
    show(diskFree, sample.disk?.free ?? null);
    show(diskSize, sample.disk?.size ?? null);
  };
}

/** A gauge that is not set would be on the page as 0. */
function show(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove();
  else gauge.set(value);
}

export function createIndexMetrics(meters: Meters, slices: Slices): (sample: IndexSample) => Promise<void> {
  const repositories = meters.gauge('index_repositories', 'Repositories in the index.', ['registry']);
  const tags = meters.gauge('index_tags', 'Tags in the index, without those of signatures.', ['registry']);
  const images = meters.gauge('index_images', 'Distinct images and indexes in the index, of all registries.');
  const blobs = meters.gauge('index_blobs', 'Distinct blobs of these.');
  return async (sample) => {
    await slices.next();
    repositories.reset();
    tags.reset();
    for (const [registry, counts] of sample.registries) {
      repositories.set({ registry }, counts.repositories);
      tags.set({ registry }, counts.tags);
    }
    images.set(sample.images);
    blobs.set(sample.blobs);
  };
}
