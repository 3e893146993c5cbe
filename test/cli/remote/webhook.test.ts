import { createStand, type Stand } from './stand.js';

let stand: Stand;
beforeEach(async () => {
  stand = await createStand();
});
afterEach(() => stand[Symbol.asyncDispose]());

interface Added {
  readonly webhook: { readonly id: string; readonly url: string };
  readonly secret: string;
}

test('a webhook is added, listed, changed and removed', async () => {
  await stand.attach();
  expect((await stand.run(['webhook', 'list'])).out).toMatch(/^There are no webhooks\./);
  const added = await stand.read<Added>(
    'webhook',
    'add',
    'https://ci.example/hook',
    '--kind',
    'TAG_PUSHED',
    '--kind',
    'TAG_MOVED',
    '--registry',
    'local',
    '--repository',
    'team/*',
  );
  expect(added).toMatchObject({
    webhook: { url: 'https://ci.example/hook' },
    secret: expect.stringMatching(/^whsec_/),
  });
  const { id } = added.webhook;
  expect((await stand.run(['webhook', 'list'])).out).toBe(
    `WEBHOOK\tADDRESS\tOF\tSTATE\tPENDING\tLAST TAKEN\n${id}\thttps://ci.example/hook\t` +
      'TAG_PUSHED, TAG_MOVED; local; team/*\ton\t0\t-\n',
  );
  expect(await stand.run(['webhook', 'update', id, '--disable', '--all-kinds', '--all-repositories'])).toMatchObject({
    code: 0,
    out: `https://ci.example/hook is changed: local. Its id is ${id}.\n`,
  });
  expect((await stand.run(['webhook', 'list'])).out).toContain('\tlocal\tdisabled: by admin\t');
  const rotated = await stand.run(['webhook', 'update', id, '--rotate-secret', '--overlap-hours', '0']);
  expect(rotated.out).toMatch(/\nwhsec_\S+\nTry it: registry-gateway webhook test /);
  expect(await stand.run(['webhook', 'remove', id], { answers: ['n'] })).toMatchObject({
    code: 1,
    out: 'Nothing was changed.\n',
  });
  expect(await stand.run(['webhook', 'remove', id, '--yes'])).toMatchObject({ code: 0, out: 'It is removed.\n' });
  expect(await stand.run(['webhook', 'remove', id, '--yes'])).toMatchObject({ code: 1, out: '' });
});

test('a test says what came of it', async () => {
  const { webhook } = await stand.read<Added>('webhook', 'add', 'https://127.0.0.1:1/hook');
  const tested = await stand.run(['webhook', 'test', webhook.id]);
  expect(tested).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^It did not take the ping: blocked, after \d+ ms\.\n$/),
  });
});

test.each([
  [['webhook', 'add', 'http://a.example/'], 1, 'must be an https:// address'],
  [['webhook', 'add', 'https://a.example/', '--kind', 'PUSHED'], 64, 'must be one of'],
  [['webhook', 'update', 'x'], 64, 'Say what to change'],
  [['webhook', 'update', 'x', '--enable', '--disable'], 64, '--enable and --disable'],
  [['webhook', 'update', 'x', '--kind', 'TAG_MOVED', '--all-kinds'], 64, '--kind and --all-kinds'],
  [['webhook', 'update', 'x', '--enable', '--overlap-hours', '2'], 64, '--rotate-secret'],
  [['webhook', 'remove', 'x'], 64, '--yes'],
  [['webhook', 'test', 'x'], 1, 'There is no webhook with this id.'],
])('%j ends with %s', async (args, code, err) => {
  expect(await stand.run(args)).toMatchObject({ code, err: expect.stringContaining(err) });
});
