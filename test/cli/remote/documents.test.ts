import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

test('the operations of the command line are those of schema.graphql: run "npm run documents"', async () => {
  await expect(promisify(execFile)(process.execPath, ['scripts/documents.mjs', '--check'])).resolves.toEqual({
    stdout: '',
    stderr: '',
  });
});
