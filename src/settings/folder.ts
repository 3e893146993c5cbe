import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Brings the names in a folder to the disk: of a file that was renamed, too. */
export function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
