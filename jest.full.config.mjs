import config from './jest.config.mjs';

/**
 * `npm run test:full`: the suites of test/attacks, and of the fast path, with all their rows, one at a time, since what
 * they cost is measured.
 */
export default {
  ...config,
  testMatch: ['<rootDir>/test/attacks/**/*.test.js', '<rootDir>/test/graphql/lane*.test.js'],
  globals: { isFullRun: true },
  testTimeout: 1_200_000,
  maxWorkers: 1,
};
