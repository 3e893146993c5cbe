import type { FastifyInstance } from 'fastify';
import { registerExplorer } from './explorer/explorer.js';
import type { Brand } from './pages/brand.js';
import { registerConsole } from './pages/console.js';

export interface WebPageSettings {
  /** True by default; else `/` leads browsers to the explorer. */
  readonly isConsoleServed?: boolean;
  /** In small letters: trusted proxies name their users in it; null, or left out: none do. */
  readonly proxyUserHeader?: string | null;
}

/** Serves the console and the explorer. `provider`: as people call it that they log in by; null: there is none. */
export async function registerWebPages(
  server: FastifyInstance,
  { isConsoleServed, proxyUserHeader }: WebPageSettings,
  provider: string | null,
  brand: Brand,
): Promise<void> {
  const entrance = { signOn: provider, isProxied: Boolean(proxyUserHeader) };
  await registerConsole(server, { entrance, brand, isServed: isConsoleServed ?? true });
  await registerExplorer(server, entrance);
}
