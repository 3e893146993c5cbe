// The tests are compiled first (test/tsconfig.json), so Jest runs the production emit and transforms nothing.
export default {
  rootDir: '.test',
  testEnvironment: '<rootDir>/test/support/run/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.js'],
  transform: {},
  coverageProvider: 'v8',
  // What hangs fails; what is slow on a loaded machine does not.
  testTimeout: 180_000,
  // Suites wait for servers more than they compute: two at a time on two cores.
  maxWorkers: '100%',
  // Compiled modules of past suites are not given back.
  workerIdleMemoryLimit: '1GB',
  reporters: ['default', '<rootDir>/test/support/run/reporter.js'],
};
