import { readConfig } from '../src/config.js';

describe('misspelt settings', () => {
  it.each([
    ['ALOWED_ORIGINS', 'ALLOWED_ORIGINS'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['TRUST_PROXIE', 'TRUST_PROXY'],
  ])('%s is told to be %s', (name, meant) => {
    expect(readConfig({ [name]: 'x' }).warnings).toEqual([
      `${name} is no setting and does nothing. Is ${meant} meant?`,
    ]);
  });

  it('variables of others, and settings themselves, give no warning', () => {
    const env = {
      PATH: '/bin',
      HOSTNAME: 'h',
      LOGNAME: 'ann',
      PORTS: '1',
      HOSTS: 'x',
      FTP_PROXY: 'x',
      ALL_PROXY: 'x',
      LOG_LEVEL: 'warn',
      DATABASE_URL: 'sqlite:x',
      ALOWED_ORIGINS: '',
    };
    expect(readConfig(env).warnings).toEqual([]);
  });
});
