import { parseDockerfile, parsePairs } from './dockerfile.js';

test('stages, flags, the exec form, comments and continued lines are read', () => {
  const text =
    'ARG V=1.2\n# no stage\nFROM node:${V}-slim AS build\nRUN --mount=type=cache,target=/c npm ci \\\n    ' +
    '--quiet\nFROM scratch\nCMD ["a", "b"]\n';
  expect(parseDockerfile(text)).toEqual([
    {
      base: 'node:1.2-slim',
      name: 'build',
      instructions: [{ name: 'RUN', flags: { mount: 'type=cache,target=/c' }, exec: null, text: 'npm ci --quiet' }],
    },
    { base: 'scratch', name: null, instructions: [{ name: 'CMD', flags: {}, exec: ['a', 'b'], text: '["a", "b"]' }] },
  ]);
});

test.each(['# syntax=docker/dockerfile:1\nFROM a\n', 'FROM a\nRUN <<EOF\nls\nEOF\n', 'RUN ls\n', 'FROM\n'])(
  'what it cannot read is refused: %j',
  (text) => {
    expect(() => parseDockerfile(text)).toThrow(SyntaxError);
  },
);

test('pairs may be quoted', () => {
  expect(parsePairs('A=b C="d e" org.x.y="z"')).toEqual({ A: 'b', C: 'd e', 'org.x.y': 'z' });
});
