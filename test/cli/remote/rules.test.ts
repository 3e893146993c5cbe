import { until } from '../../support/timer.js';
import { createStand, type Stand } from './stand.js';

let stand: Stand;
beforeEach(async () => {
  stand = await createStand();
  await stand.attach();
});
afterEach(() => stand[Symbol.asyncDispose]());

interface Rules {
  readonly registry: string;
  readonly readOnly: boolean;
  readonly rules: readonly object[];
  readonly intervalHours: number | null;
}

describe('protection', () => {
  it('rules are added once each beside those that are there, hold for deletions, and are taken back by name', async () => {
    expect(await stand.read('protection', 'add', 'local', 'team/*:1.*')).toEqual({
      registry: 'local',
      readOnly: false,
      rules: [{ repository: 'team/*', tag: '1.*' }],
      approvals: [],
    });
    expect(await stand.run(['protection', 'add', 'local', 'team/*:1.*', 'tool', 'tool:*'])).toMatchObject({
      code: 0,
      out: 'Protected in local: tool:*\n',
    });
    expect(await stand.run(['protection', 'add', 'local', 'tool'])).toMatchObject({
      code: 0,
      out: 'local has these rules already.\n',
    });
    expect(await stand.run(['tag', 'delete', 'local/team/app:1.0', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('protect'),
    });
    expect(await stand.run(['protection', 'remove', 'local', 'tool', 'team/app'])).toMatchObject({
      code: 1,
      out: '',
      err: 'local has no such rule: team/app:*. Nothing was done. See registry-gateway protection list local\n',
    });
    expect((await stand.read<Rules[]>('protection', 'list'))[0]?.rules).toHaveLength(2);
    await stand.run(['protection', 'remove', 'local', '--all']);
    expect((await stand.run(['protection', 'list'])).out).toMatch(/^Nothing is protected\./);
  });

  it('read-only keeps everything, and shows in the list', async () => {
    expect((await stand.run(['protection', 'read-only', 'local', 'on'])).code).toBe(0);
    expect((await stand.run(['protection', 'list', 'local'])).out).toBe(
      'REGISTRY\tREPOSITORIES\tTAGS\tBY\nlocal\t*\t*\tread-only\n',
    );
    expect(await stand.run(['repo', 'delete', 'local/tool', '--yes'])).toMatchObject({ code: 1 });
    expect(stand.registry.store.tags('tool')).toEqual(['latest']);
  });

  it('a deletion that waits for a second person is not done: it says who begins it, is listed, and is taken back', async () => {
    await stand.run(['protection', 'approvals', 'local', '*:0:3']);
    const { code, out } = await stand.run(['repo', 'delete', 'local/tool', '--yes']);
    expect(code).toBe(1);
    const [, id = ''] = /It waits for a second person, .* registry-gateway job approve (\S+)\n$/.exec(out) ?? [];
    expect(stand.registry.store.tags('tool')).toEqual(['latest']);
    expect((await stand.run(['job', 'list', '--waiting'])).out).toContain(id);
    expect((await stand.run(['job', 'approve', id])).code).toBe(77);
    expect(await stand.run(['job', 'reject', id])).toMatchObject({ code: 0 });
    expect((await stand.run(['job', 'list', '--waiting'])).out).not.toContain(id);
    expect((await stand.run(['protection', 'approvals', 'local', '--off'])).out).toMatch(/^No deletion waits/);
  });

  it.each([
    [['protection', 'add', 'local', 'a:b:c'], 64, 'is none'],
    [['protection', 'add', 'local', ':v1'], 64, 'is none'],
    [['protection', 'remove', 'local'], 64, 'one of both'],
    [['protection', 'remove', 'local', 'a', '--all'], 64, 'one of both'],
    [['protection', 'read-only', 'local', 'maybe'], 64, 'on, off'],
    [['protection', 'add', 'nowhere', 'a'], 1, 'No registry is attached as "nowhere".'],
    [['retention', 'add', 'local', 'team/*'], 64, 'Say what to keep'],
    [['retention', 'add', 'local', 'team/*', '--keep-semver', 'banana'], 1, 'banana'],
    [['retention', 'remove', 'local'], 64, 'one of both'],
    [['retention', 'remove', 'local', 'team/*'], 1, 'local has no rule of retention about team/*. Nothing was done.'],
    [['retention', 'schedule', 'local', '0'], 64, '1 to 8760'],
    [['job', 'show', '0199f2c4-0000-7000-8000-000000000000'], 1, 'There is no such job'],
    [['job', 'list', '--kind', 'nap'], 64, 'It must be one of crawl,'],
  ])('%j ends with %i', async (args, code, text) => {
    expect(await stand.run(args)).toMatchObject({ code, out: '', err: expect.stringContaining(text) });
  });
});

describe('rules of retention', () => {
  it('rules of retention are added and removed by the place they are about; nothing is deleted by it', async () => {
    await stand.run(['retention', 'add', 'local', 'team/*:1.*', '--keep-younger-than', '30']);
    await stand.run(['retention', 'add', 'local', 'team/*:1.*', '--keep-semver', '>=1', '--keep-last', '2']);
    await stand.run(['retention', 'add', 'local', 'tool', '--keep-matching', 'a*', '--keep-matching', 'b*']);
    const [{ rules } = { rules: [] }] = await stand.read<Rules[]>('retention', 'list', 'local');
    expect(rules).toMatchObject([
      { repository: 'team/*', tags: '1.*', keepYoungerThan: 30 },
      { repository: 'team/*', tags: '1.*', keepSemver: '>=1', keepLast: 2 },
      { repository: 'tool', tags: '*', keepMatching: ['a*', 'b*'] },
    ]);
    expect(await stand.read('retention', 'remove', 'local', 'team/*:1.*')).toMatchObject({
      rules: [{ repository: 'tool' }],
    });
    expect(stand.registry.store.tags('team/app')).toHaveLength(3);
  });

  it('ask before something may be deleted by itself, and are left as they are without a yes', async () => {
    await stand.run(['retention', 'add', 'local', 'team/*', '--keep-matching', '*']);
    expect(await stand.run(['retention', 'schedule', 'local', '24'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('--yes'),
    });
    expect(await stand.run(['retention', 'schedule', 'local', '24'], { answers: ['n'] })).toMatchObject({
      code: 1,
      out: 'Nothing was changed.\n',
      questions: ['Retention of local deletes by itself, every 24 h, what its rules let go. Change it? [y/N] '],
    });
    expect(await stand.run(['retention', 'schedule', 'local', '24', '--yes'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('(every 24 hours)'),
    });
    expect(await stand.run(['retention', 'add', 'local', 'tool', '--keep-last', '1'])).toMatchObject({ code: 64 });
    expect((await stand.run(['protection', 'add', 'local', 'tool'])).code).toBe(0);
    expect((await stand.run(['protection', 'remove', 'local', 'tool'])).out).toContain(
      'Retention runs there every 24 h.',
    );
    // Nothing goes where there are no rules, and none where nothing runs.
    expect((await stand.run(['retention', 'remove', 'local', '--all'])).code).toBe(0);
    expect((await stand.run(['retention', 'schedule', 'local', 'off'])).code).toBe(0);
    expect(await stand.read('retention', 'list')).toMatchObject([{ rules: [], intervalHours: null }]);
  });
});

test('a job that runs is listed, and stops when it is cancelled', async () => {
  stand.registry.fail({ kind: 'hang', match: /tags\/list/ });
  await stand.run(['sync', 'local']);
  const running = () => stand.read<{ id: string }[]>('job', 'list', '--running', '--kind', 'crawl');
  await until(async () => (await running()).length === 1);
  const [job] = await running();
  const { code, out } = await stand.run(['job', 'cancel', job!.id]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^It was cancelled: what was done before stays done\.\n/)]);
  // The schedule may have begun another.
  expect((await running()).map(({ id }) => id)).not.toContain(job!.id);
});
