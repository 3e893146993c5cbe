import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** What Jest's own modules keep of a file on the global object: its tests, and who hears of them. */
const kept = new Set(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS']);

/**
 * Jest's runtime without its registry of modules: files are imported by Node itself. Modules under test are so loaded
 * and compiled once for all files of a process, in place of once for each.
 */
export default class SharedRuntime {
  /** Jest's part that collects and runs tests begins anew for each file. */
  requireInternalModule(path: string): unknown {
    for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
      if (kept.has(symbol.description ?? '')) Reflect.deleteProperty(globalThis, symbol);
    }
    Reflect.deleteProperty(require.cache, path);
    return require(path);
  }

  requireModule(path: string): unknown {
    return require(path);
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  unstable_importModule(path: string): Promise<unknown> {
    return import(pathToFileURL(path).href);
  }

  /** Nothing is transformed. */
  getSourceMaps(): ReadonlyMap<string, string> {
    return new Map();
  }

  getAllCoverageInfoCopy(): undefined {}

  setGlobalsForRuntime(): void {}

  enterTestCode(): void {}

  leaveTestCode(): void {}

  teardown(): void {}
}
