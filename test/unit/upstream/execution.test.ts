import * as fc from 'fast-check';
import { decodeExecution } from '../../../src/upstream/content/execution.js';

const decode = (config: unknown) => decodeExecution(Buffer.from(JSON.stringify({ config })));
const nothing = {
  entrypoint: null,
  cmd: null,
  shell: null,
  user: null,
  workingDirectory: null,
  exposedPorts: [],
  volumes: [],
  stopSignal: null,
  healthcheck: null,
  environment: [],
  problems: [],
};

test('what a config leaves out, or has as null or empty, it does not say', () => {
  expect(decode(undefined)).toEqual(nothing);
  expect(decode({ Env: null, Cmd: null, ExposedPorts: null, User: '', StopSignal: '' })).toEqual(nothing);
  expect(decode({ Cmd: [], Healthcheck: { Interval: 0, Retries: 0 } })).toEqual({
    ...nothing,
    cmd: [],
    healthcheck: {
      test: [],
      intervalSeconds: null,
      timeoutSeconds: null,
      startPeriodSeconds: null,
      startIntervalSeconds: null,
      retries: null,
    },
  });
});

test('a field of another type is absent, with its reason', () => {
  const read = decode({
    Entrypoint: '/app',
    Cmd: ['a', 5, null, ''],
    Env: { A: 'b' },
    User: 1000,
    ExposedPorts: ['80'],
    Healthcheck: { Test: 'true', Interval: -1, Retries: 2 ** 40 },
  });
  const { problems, ...rest } = nothing;
  expect(problems).toEqual([]);
  expect(read).toMatchObject({
    ...rest,
    cmd: ['a', ''],
    healthcheck: { test: [], intervalSeconds: null, retries: null },
  });
  expect(read.problems.map(({ field }) => field.replace('config.config.', ''))).toEqual([
    'Entrypoint',
    'Cmd.1',
    'User',
    'ExposedPorts',
    'Healthcheck.Test',
    'Healthcheck.Interval',
    'Healthcheck.Retries',
    'Env',
  ]);
});

test('texts are kept up to 65,536 characters in all, and what does not fit is left out with its reason', () => {
  const { cmd, environment, problems } = decode({ Cmd: ['a'], Env: [`LONG=${'x'.repeat(10_000_000)}`, 'B=\u202Ec'] });
  expect({ cmd, environment }).toEqual({ cmd: ['a'], environment: [{ name: 'B', value: '\u202Ec' }] });
  expect(problems).toEqual([
    { field: 'config.config.Env.0', message: 'the texts of the config are longer than 65536 characters' },
  ]);
  expect(decode({ Env: Array.from({ length: 5000 }, (_, at) => `N${at}=`) }).environment).toHaveLength(1000);
});

test('whatever the bytes are, they are read to something', () => {
  fc.assert(fc.property(fc.jsonValue(), (config) => expect(decode(config).problems.length).toBeLessThanOrEqual(20)));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(decodeExecution(bytes).environment).toEqual([])));
});
