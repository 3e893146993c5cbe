import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBundle } from './bundle.mjs';

// Bundles what the compiler wrote for the tests, as a build does: many of them start gateways as processes.
const compiled = fileURLToPath(new URL('../.test/src', import.meta.url));
const program = fileURLToPath(new URL('../.test/program', import.meta.url));
await makeBundle(compiled, program);
cpSync(join(compiled, 'explorer/page'), join(program, 'page'), { recursive: true });
