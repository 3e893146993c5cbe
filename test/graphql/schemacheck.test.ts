import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const schema = readFileSync('schema.graphql', 'utf8');

describe("what clients' tools complain of, of a schema", () => {
  const folder = mkdtempSync(join(tmpdir(), 'schemacheck-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const check = async (changes: Record<string, string>) => {
    let text = schema;
    for (const [old, changed] of Object.entries(changes)) {
      expect(text).toContain(old);
      text = text.replace(old, changed);
    }
    const file = join(folder, 'schema.graphql');
    writeFileSync(file, text);
    return new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(process.execPath, ['scripts/schemacheck/check.mjs', file], (error, output, errors) =>
        resolve({ code: error?.code ?? 0, output: output + errors }),
      );
    });
  };

  test('schema.graphql passes all of them', async () => {
    expect(await check({})).toEqual({
      code: 0,
      output:
        'relay-compiler: passed\ngraphql-codegen and tsc: passed\ngraphql-eslint: passed\ngraphql-inspector: passed\n',
    });
  });

  test('they refuse a scalar without a type, a field without a thing, and a loss that CHANGELOG.md does not tell of', async () => {
    const { code, output } = await check({
      'type Viewer {': 'type Lunch { at: TimeOfDay }\n\nscalar TimeOfDay\n\ntype Viewer {\n  lunch: Lunch\n',
      '  hasCredentials: Boolean!': '  isAskedWithCredentials: Boolean!',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^graphql-codegen and tsc: failed\n.*TimeOfDay/m);
    expect(output).toMatch(/^graphql-eslint: failed\nLunch: .*\(strict-id-in-types\)$/m);
    expect(output).toContain('`Registry.hasCredentials` is not in CHANGELOG.md. BREAKING: ');
  });

  test('they refuse a list that cannot be gone on with, and an exception that is none any more', async () => {
    const { code, output } = await check({
      '  endCursor: String': '  last: String',
      'type Viewer {': 'type Viewer {\n  """Its id."""\n  id: ID!\n',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^relay-compiler: failed\n[^]*endCursor/m);
    expect(output).toContain('strict-id-in-types Viewer: it is no exception any more.');
    expect(output).toContain('PageInfo: ');
  });
});
