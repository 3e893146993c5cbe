import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describeWith } from '../support/distribution.js';
import { until } from '../support/timer.js';

const demo = fileURLToPath(new URL('main.js', import.meta.url));

describeWith('curl', 'the demo, as its own words say', () => {
  test('every curl line it prints gives what is documented', async () => {
    const child = spawn(process.execPath, [demo], { env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    // Read to its end: the demo logs a slow request there, and a closed pipe would end it.
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    await until(() => text.includes('/api/registries/second'), 60);
    const lines = text.split('\n').flatMap((line) => (line.startsWith('  curl ') ? [line.trim()] : []));
    const answers = lines.map((line) => execFileSync('sh', ['-c', line], { encoding: 'utf8' }));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);

    const [query, past, list, one, repositories, repository, deleted, login, attached, detached] = answers;
    expect(JSON.parse(query!)).toMatchObject({ data: { registries: [{ name: 'local', repositories: { nodes: [{ name: 'charts/app' }, {}, {}] } }] } });
    expect(JSON.parse(past!)).toMatchObject({
      data: {
        registry: { protection: [{ repository: 'team/*', tag: '1.*' }], tagHistory: { nodes: expect.arrayContaining([expect.objectContaining({ tag: 'pr-17' }), expect.objectContaining({ tag: 'main' })]) } },
        retentionPreview: { plan: { tags: [{ name: '2024.07' }] }, kept: [{ tag: { name: '2024.08' }, reasons: ['LAST'] }] },
      },
    });
    const local = { id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'local', addr: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) };
    expect(JSON.parse(list!)).toEqual([local]);
    expect(JSON.parse(one!)).toEqual(local);
    expect((JSON.parse(repositories!) as { name: string }[]).map(({ name }) => name)).toEqual(expect.arrayContaining(['library/busybox', 'library/registry', 'team/app']));
    expect(JSON.parse(repository!)).toMatchObject({
      name: 'library/registry',
      namespace: 'library',
      repository: 'registry',
      tags: expect.arrayContaining([{ ID: expect.stringMatching(/^[0-9a-f]{64}$/), Name: 'latest' }]),
      size: expect.any(Number),
    });
    for (const answer of [deleted, attached, detached]) expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(JSON.parse(login!)).toEqual({ auth_token: expect.stringMatching(/^rgw_/), user_agent: expect.stringMatching(/^curl/) });
    expect(answers).toHaveLength(10);
  });
});
