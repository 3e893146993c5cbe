import { availableParallelism } from 'node:os';

// The tests are compiled first (test/tsconfig.json), so Jest runs the production emit and transforms nothing.
export default {
  rootDir: '.test',
  globalSetup: '<rootDir>/test/support/run/migratedrun.js',
  globalTeardown: '<rootDir>/test/support/run/migratedend.js',
  testEnvironment: '<rootDir>/test/support/run/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.js'],
  transform: {},
  coverageProvider: 'v8',
  // What hangs fails; what is slow on a loaded machine does not.
  testTimeout: 180_000,
  // Suites wait for servers about a fourth of their time: three at a time on two cores.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Compiled modules of past suites are not given back.
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/test/support/run/reporter.js'],
};
