import { availableParallelism } from 'node:os';

/** Suites that `npm run test:full` alone runs: long ones whose subject others in `npm test` have too. */
export const inFullAlone = [
  'catalogue/{deletionmodel,deletionraces}.test.js',
  'console/{pseudo,worlds}.test.js',
  'explorer/outside.test.js',
  'killrotate.test.js',
  'networkdisk.test.js',
  'replicas/{away,together}.test.js',
  'rest/streaming.test.js',
  'store/postgres/{guesses,lostcommit,migrationlocks,rollingupgrade,search,starting,tls,versions}.test.js',
  'store/{search,uniquesizes}.test.js',
  'surfaces/proxies.test.js',
  'tracing/process.test.js',
];

// The tests are compiled first (test/tsconfig.json), so Jest runs the production emit and transforms nothing.
export default {
  rootDir: '.test',
  globalSetup: '<rootDir>/test/support/run/migratedrun.js',
  globalTeardown: '<rootDir>/test/support/run/migratedend.js',
  // Files are run one after another in processes that stay, which load and compile the modules under test once.
  runner: '<rootDir>/test/support/run/runner.js',
  runtime: '<rootDir>/test/support/run/runtime.js',
  testEnvironment: '<rootDir>/test/support/run/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.js', ...inFullAlone.map((suites) => `!**/test/${suites}`)],
  transform: {},
  // What hangs fails; what is slow on a loaded machine does not.
  testTimeout: 180_000,
  // Suites wait for servers about a fourth of their time: three at a time on two cores.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Modules of past suites are not given back.
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/test/support/run/reporter.js'],
};
