import type { MemoryRegistry } from '../registry/server.js';

/** Requests that change something, in their order; the gateway's probes name nothing, and change nothing. */
export function writes({ requests }: MemoryRegistry): string[] {
  const isProbe = (path: string): boolean => path.endsWith('0'.repeat(64)) || path.includes('/registry-gateway-probe-');
  return requests
    .filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !isProbe(path))
    .map(({ method, path }) => `${method} ${path}`);
}
