import config from './jest.config.mjs';

/**
 * `npm run test:full`: the suites of test/attacks, of the fast path and of several gateways, with all their rows, one at a time, since what
 * they cost is measured.
 */
export default {
  ...config,
  testMatch: [
    '<rootDir>/test/attacks/**/*.test.js',
    '<rootDir>/test/graphql/lane*.test.js',
    '<rootDir>/test/replicas/*.test.js',
    '<rootDir>/test/store/postgres/concurrent.test.js',
  ],
  globals: { isFullRun: true },
  testTimeout: 1_200_000,
  maxWorkers: 1,
};
