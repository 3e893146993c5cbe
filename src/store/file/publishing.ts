import { closeSync, constants, existsSync, fsyncSync, linkSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GatewayError } from '../../errors.js';

/** Brings the file and its entry in the folder to the disk. */
export function syncFile(path: string): void {
  for (const each of [path, dirname(path)]) {
    const opened = openSync(each, constants.O_RDONLY);
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  }
}

/**
 * Gives a file that is whole its name, on the disk when this returns. A hard link never replaces a file that came
 * meanwhile, of which `refuse` tells; file systems without them get a rename.
 */
export function publishFile(partial: string, target: string, refuse: (target: string) => GatewayError): void {
  try {
    linkSync(partial, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || existsSync(target)) throw refuse(target);
    renameSync(partial, target);
  }
  syncFile(target);
}
