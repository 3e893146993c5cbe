import { writeFileSync } from 'node:fs';
import { readConfig } from '../src/config.js';
import { ConfigError } from '../src/settings/reader.js';
import { createFolder } from './store/files.js';

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

describe('the branding of the console', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

  function faultsOf(env: Record<string, string>): readonly string[] {
    try {
      readConfig(env);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
      throw error;
    }
  }

  it.each<readonly [name: string, value: string, fault: string]>([
    ['CONSOLE_NAME', 'x'.repeat(41), 'must be up to 40 characters'],
    ['CONSOLE_NAME', 'a\u202eb', 'must be up to 40 characters'],
    ['CONSOLE_NAME', 'a\nb', 'must be up to 40 characters'],
    ...['red', '#12', '#12345g', '#1234567', '#fff;}', 'url(x)', '2450cf', '#fff '].map(
      (colour) => ['CONSOLE_ACCENT', colour, 'must be a colour as #rgb or #rrggbb, like #2450cf.'] as const,
    ),
    ['CONSOLE_LOGO', '/nowhere/logo.svg', '/nowhere/logo.svg does not exist.'],
    ['CONSOLE_LOGO', '/dev/zero', '/dev/zero is no regular file.'],
  ])('refuses %s=%.20j', (name, value, fault) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(`${name} ${fault}`)]);
  });

  it.each([
    ['png', png],
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['svg', '\ufeff<?xml version="1.0"?>\n<!-- made -- by hand -->\n<svg>'],
  ])('takes a logo that is %s by what it holds', (form, content) => {
    using folder = createFolder();
    writeFileSync(folder.file('logo.gif'), content);
    const { logo } = readConfig({ CONSOLE_LOGO: folder.file('logo.gif') }).branding;
    expect(logo).toEqual({ form, body: Buffer.from(content) });
  });

  it.each([
    ['is neither a PNG nor an SVG', '<html><svg></html>'],
    ['is neither a PNG nor an SVG', '<!DOCTYPE svg [<!ENTITY a "b">]><svg>'],
    ['is neither a PNG nor an SVG', '<svgx>'],
    ['is neither a PNG nor an SVG', ''],
    ['is neither a PNG nor an SVG', 'GIF89a'],
    ['is neither a PNG nor an SVG', `<!--${'-- '.repeat(80_000)}`],
    ['has 262145 bytes: a logo has 262144 at the most.', Buffer.alloc(262_145)],
  ])('refuses a logo that %s', (fault, content) => {
    using folder = createFolder();
    writeFileSync(folder.file('logo'), content);
    expect(faultsOf({ CONSOLE_LOGO: folder.file('logo') })).toEqual([expect.stringContaining(fault)]);
  });
});
