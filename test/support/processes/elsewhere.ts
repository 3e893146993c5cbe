import { Worker } from 'node:worker_threads';

/** Seconds after which work that should take milliseconds is taken for work that never ends. */
const patience = 20;

const program = `
  const { parentPort, workerData: { module, name, calls } } = require('node:worker_threads');
  import(module).then((exports) => parentPort.postMessage(calls.map((args) => exports[name](...args))));
`;

/**
 * Calls an exported function of a module of `src` in a thread of its own, once with each list of arguments, and gives
 * the results. A call that has no end fails the test, where on the test's own thread it would keep the run from ending.
 * Arguments and results must be what a thread can be handed.
 */
export async function callElsewhere(
  module: URL,
  name: string,
  calls: readonly (readonly unknown[])[],
): Promise<unknown[]> {
  const worker = new Worker(program, { eval: true, workerData: { module: module.href, name, calls } });
  const ended = Promise.withResolvers<unknown[]>();
  worker.once('message', ended.resolve);
  worker.once('error', ended.reject);
  const timer = setTimeout(
    () => ended.reject(new Error(`${name} did not end within ${patience} seconds.`)),
    patience * 1000,
  );
  try {
    return await ended.promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
