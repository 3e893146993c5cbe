import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { imageVariable } from '../servers/image.js';

/** Removes what migratedrun.ts made. */
export default function removeImage(): void {
  const file = process.env[imageVariable];
  if (file !== undefined) rmSync(dirname(file), { recursive: true, force: true });
}
