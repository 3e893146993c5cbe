import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const modules = new URL('../../node_modules/', import.meta.url);

/** Milliseconds for a program that takes some seconds. */
const limit = 120_000;

/**
 * Runs a program of node_modules by its file. Resolves to nothing when it ends well, else to what it printed, as one
 * text.
 */
export async function runModule(file, parameters, folder) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [fileURLToPath(new URL(file, modules)), ...parameters],
      { cwd: folder, timeout: limit, maxBuffer: 16 * 1024 * 1024 },
      (error, output, errors) => resolve(error ? [`${output}${errors}`.trim() || error.message] : []),
    );
  });
}
