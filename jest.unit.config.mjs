import config from './jest.config.mjs';

/**
 * `npm run test:unit`: the tests of pure parts. They start no server and open no file, so nothing that one left open is
 * to be closed, and the environment is Jest's own. They are compiled apart, with only what they import.
 */
export default {
  ...config,
  rootDir: '.unit',
  globalSetup: undefined,
  globalTeardown: undefined,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/unit/**/*.test.js'],
  testTimeout: 20_000,
  reporters: ['default', '<rootDir>/test/support/run/reporter.js'],
};
