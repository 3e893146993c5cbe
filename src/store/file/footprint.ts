import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { inMemory } from './sqlite.js';

/** The bytes that a database takes on the disk. */
export interface Footprint {
  readonly file: number;
  /** Of the write-ahead log; null: a server's, which looks after it itself. */
  readonly log: number | null;
  /** Of the file that hold nothing; null: it is of a server. */
  readonly free: number | null;
  /** The file system that it is on, as far as this process may fill it; null: it is in memory, or of a server. */
  readonly disk: { readonly free: number; readonly size: number } | null;
}

/** One statement, which reads the header of the file, and three questions to the system. */
export async function measureFootprint<T>(path: string, db: Kysely<T>): Promise<Footprint> {
  const { rows } = await sql<{ pages: number; free: number; bytes: number }>`
    select page_count as pages, freelist_count as free, page_size as bytes
      from pragma_page_count, pragma_freelist_count, pragma_page_size`.execute(db);
  const [{ pages, free, bytes } = { pages: 0, free: 0, bytes: 0 }] = rows;
  if (path === inMemory) return { file: pages * bytes, log: 0, free: free * bytes, disk: null };
  const [file, log, { bavail, blocks, bsize }] = await Promise.all([
    sizeOf(path),
    sizeOf(`${path}-wal`),
    statfs(dirname(path)),
  ]);
  return { file, log, free: free * bytes, disk: { free: bavail * bsize, size: blocks * bsize } };
}

/** 0 where nothing is there. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found?.size ?? 0;
}
