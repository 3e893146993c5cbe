import config from './jest.config.mjs';

/**
 * `npm run test:unit`: the tests of pure parts, which start no server and open no file. They are compiled apart, with
 * only what they import.
 */
export default {
  ...config,
  rootDir: '.unit',
  globalSetup: undefined,
  globalTeardown: undefined,
  testMatch: ['<rootDir>/test/unit/**/*.test.js'],
  testTimeout: 20_000,
  reporters: ['default', '<rootDir>/test/support/run/reporter.js'],
};
