import { type Environment, Fault, type ReadSetting } from './reader.js';
import { parseNumber } from './parsers.js';

/**
 * Which traces are recorded, and how their spans are sent. Where to, and with which headers and certificates, the
 * exporter reads itself.
 */
export interface TracingSettings {
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Part, 0 to 1, of the traces that begin here which are recorded. */
  readonly ratio: number;
  /** A caller's trace is recorded just when the caller records its part. */
  readonly followsParent: boolean;
  /** Spans that wait to be sent; more are dropped. */
  readonly queue: number;
  /** Spans that are sent at a time, and milliseconds after which fewer are. */
  readonly batch: number;
  readonly delay: number;
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
];

/** OpenTelemetry's own variables (its "Environment Variable Specification"). null: nothing asks for traces. */
export function readTracing(env: Environment, read: ReadSetting): TracingSettings | null {
  const isDisabled = /^true$/i.test(env['OTEL_SDK_DISABLED'] ?? '');
  const exporter = read('OTEL_TRACES_EXPORTER', '', parseOneOf(['', 'otlp', 'none']));
  const hasEndpoint = Boolean(env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT']);
  if (isDisabled || exporter === 'none' || (exporter === '' && !hasEndpoint)) return null;
  const general = read('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf', parseProtocol);
  const sampler = read('OTEL_TRACES_SAMPLER', 'parentbased_always_on', parseOneOf(samplers));
  const ratio = read('OTEL_TRACES_SAMPLER_ARG', '1', parseRatio);
  return Object.freeze({
    protocol: read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', general, parseProtocol),
    ratio: sampler.endsWith('off') ? 0 : sampler.endsWith('ratio') ? ratio : 1,
    followsParent: sampler.startsWith('parentbased'),
    queue: read('OTEL_BSP_MAX_QUEUE_SIZE', '2048', parseNumber(1, 100_000)),
    batch: read('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '512', parseNumber(1, 100_000)),
    delay: read('OTEL_BSP_SCHEDULE_DELAY', '5000', parseNumber(1, 600_000)),
  });
}

function parseOneOf(values: readonly string[]): (text: string) => string | Fault {
  return (text) => (values.includes(text) ? text : new Fault(`must be one of ${values.filter(Boolean).join(', ')}.`));
}

function parseProtocol(text: string): TracingSettings['protocol'] | Fault {
  return text === 'http/protobuf' || text === 'http/json'
    ? text
    : new Fault('must be http/protobuf or http/json: gRPC is not spoken here.');
}

function parseRatio(text: string): number | Fault {
  return /^(?:0|1|0?\.\d{1,10}|1\.0{1,10})$/.test(text) ? Number(text) : new Fault('must be a number from 0 to 1.');
}
