import { type CurrentGeneration, createAnswerCache } from '../../../src/cache/answers.js';
import { createFlights } from '../../../src/cache/flights.js';
import { createStreams } from '../../../src/cache/streams.js';
import { AnswerSurface } from '../../../src/cache/surface.js';
import { type Compressor, createCompressor } from '../../../src/coding/compress.js';
import { systemTimer, type Timer } from '../../../src/timer.js';
import { createPatientTimer } from '../timer.js';

export interface AnswersOptions {
  /** Of those who wait for an answer that is being made. */
  readonly timer?: Timer;
  readonly onHit?: (touched: readonly string[]) => void;
  readonly compressor?: Compressor;
  readonly awayFor?: () => number | null;
  readonly clock?: () => Date;
}

/** Sends answers, and keeps those that may be kept while the generation is the same; one stream at a time. */
export function openAnswers(
  generation: CurrentGeneration,
  {
    timer = systemTimer,
    onHit = () => undefined,
    compressor = createCompressor(),
    awayFor = () => null,
    clock = () => new Date(),
  }: AnswersOptions = {},
): AnswerSurface {
  return new AnswerSurface({
    cache: createAnswerCache(generation),
    compressor,
    streams: createStreams({ perCaller: 1, timer: createPatientTimer(), identify: () => Promise.resolve(null) }),
    flights: createFlights(timer),
    awayFor,
    clock,
    onHit,
  });
}
