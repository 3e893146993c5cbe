test('one whose process is killed', () => void process.kill(process.pid, 'SIGKILL'));
