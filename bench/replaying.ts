import { Agent, request } from 'node:http';
import { readCpu } from './cpu.js';

/** As many at a time as the gateway asks of one registry. */
const concurrency = 8;

/** A request that the gateway made; `etag` is the one it asked with, if any. */
export interface AskedRequest {
  readonly path: string;
  readonly etag?: string | undefined;
}

/** What it took to make requests again. */
export interface Replayed {
  readonly milliseconds: number;
  /** Milliseconds of processor time of this process for each. */
  readonly cpuMsARequest: number;
}

/** Makes them again with node:http alone, as many at a time as the gateway does. */
export async function replay(base: string, asked: readonly AskedRequest[]): Promise<Replayed> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const accept =
    'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, ' +
    'application/vnd.docker.distribution.manifest.v2+json';
  const next = asked.values();
  const fetchOne = ({ path, etag }: AskedRequest): Promise<void> =>
    new Promise((resolve, reject) => {
      request(
        `${base}${path}`,
        { agent, headers: { accept, ...(etag !== undefined && { 'if-none-match': etag }) } },
        (response) => void response.resume().on('end', resolve).on('error', reject),
      )
        .on('error', reject)
        .end();
    });
  const work = async (): Promise<void> => {
    for (const one of next) await fetchOne(one);
  };
  const began = performance.now();
  const cpuBefore = readCpu();
  await Promise.all(Array.from({ length: concurrency }, work));
  agent.destroy();
  return { milliseconds: performance.now() - began, cpuMsARequest: (readCpu() - cpuBefore) / asked.length };
}
