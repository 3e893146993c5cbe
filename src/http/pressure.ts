import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.js';
import { repeat, type Timer } from '../timer.js';

/** Milliseconds that work waited for the event loop on average, since it was asked last. */
export type MeasureLoopDelay = () => number;

/** Milliseconds between two looks: what happened once, however long it took, is past after that. */
const interval = 1000;
/** Milliseconds. The histogram's own waiting is part of what it measures. */
const resolution = 10;
const stillAnswered: ReadonlySet<string> = new Set(['/livez', '/metrics']);
/** Seconds; a request that is refused costs little, so it may be sent again soon. */
const retryAfter = 2;

export function createLoopDelayMeasure(): MeasureLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  return () => {
    // NaN, where nothing was measured.
    const mean = histogram.mean / 1e6 - resolution;
    histogram.reset();
    return Number.isNaN(mean) ? 0 : mean;
  };
}

export interface PressureSettings {
  /** Milliseconds of delay from which on the gateway takes no more requests. */
  readonly limit: number;
  readonly measure: MeasureLoopDelay;
  readonly timer: Timer;
}

/**
 * Refuses requests with OVERLOADED while the event loop is late, before anything of them is read: those that are under
 * way are finished sooner. `/livez` always answers, since a restart would help nobody, `/metrics`, since that shows it,
 * and `/readyz` says so.
 */
export function refuseUnderPressure(server: FastifyInstance, { limit, measure, timer }: PressureSettings): void {
  let isLate = false;
  const look = (): void => {
    const delay = measure();
    if (delay > limit !== isLate)
      server.log.warn(
        { delay: Math.round(delay), limit },
        isLate ? 'requests are taken again' : 'requests are refused: the event loop is late',
      );
    isLate = delay > limit;
  };
  let stop = repeat(timer, interval, look);
  // Nobody waited for the loop before: a start at load holds it for seconds.
  server.addHook('onListen', async () => {
    measure();
    stop();
    [isLate, stop] = [false, repeat(timer, interval, look)];
  });
  server.addHook('onClose', async () => stop());
  server.addHook('onRequest', (request, reply, done) => {
    if (!isLate) return done();
    const { url } = request.routeOptions;
    if (stillAnswered.has(url ?? '')) return done();
    if (url === '/readyz')
      return void reply
        .code(503)
        .header('retry-after', retryAfter)
        .send({ status: 'the gateway has more to do than it can' });
    throw new GatewayError(
      'OVERLOADED',
      `The gateway has more to do than it can. Try again in ${retryAfter} seconds.`,
      { retryAfter },
    );
  });
}
