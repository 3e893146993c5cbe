import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { processEnvironment } from './config.js';
import { createProcessIo } from './cli/io.js';

/**
 * Where Node keeps compiled code, which halves the time a start takes. With the program's own files, not in the
 * system's shared folder for temporary files: whoever can write there could plant code. Where it cannot be written
 * nothing is kept.
 */
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

// Not before: what an import statement names is compiled before the first line here runs.
const { runProgram } = await import('./cli/program.js');
const exitCode = await runProgram(process.argv.slice(2), createProcessIo(processEnvironment()));
// A start that failed half-way may have left something open that would keep the process; one that did not goes on.
if (exitCode !== 0) process.exit(exitCode);
