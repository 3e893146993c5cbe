import { fileURLToPath } from 'node:url';
import { makeBundle } from './bundle.mjs';

// Bundles what the compiler wrote for the tests, as a build does: many of them start gateways as processes.
const test = new URL('../.test/', import.meta.url);
await makeBundle(fileURLToPath(new URL('src', test)), fileURLToPath(new URL('program', test)));
