import { isPostgresDuplicate, toPostgresFault } from '../../../src/store/faults/postgresfaults.js';
import { createManualTimer } from '../../support/timer.js';
import { toStorageError, withStorage } from '../../../src/store/file/errors.js';

/** As pg throws what a server says. */
function refuse(code: string): Error {
  return Object.assign(new Error('as the server words it'), { code, severity: 'ERROR', routine: 'exec_simple_query' });
}

/** As Node throws what the system says of a connection. */
function lose(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect', errno: -1 });
}

test.each([
  ['40001', 'STORAGE_BUSY'],
  ['40P01', 'STORAGE_BUSY'],
  ['55P03', 'STORAGE_BUSY'],
  ['57P01', 'STORAGE_BUSY'],
  ['57P03', 'STORAGE_BUSY'],
  ['57014', 'OPERATION_TIMEOUT'],
  ['08006', 'STORAGE_BUSY'],
  ['53300', 'STORAGE_BUSY'],
  ['25P03', 'STORAGE_BUSY'],
  ['53100', 'STORAGE_FULL'],
  ['25006', 'STORAGE_READ_ONLY'],
  ['58030', 'STORAGE_CORRUPT'],
  ['XX001', 'STORAGE_CORRUPT'],
  ['XX002', 'STORAGE_CORRUPT'],
])('what the server says as %s is %s', (code, expected) => {
  const fault = toStorageError(new Error('of an ORM', { cause: refuse(code) }));
  expect(fault).toMatchObject({ code: expected });
  expect((fault as Error).message).not.toContain('as the server words it');
});

test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND'])('a server that is away (%s) is busy', (code) => {
  expect(toStorageError(lose(code))).toMatchObject({
    code: 'STORAGE_BUSY',
    message: 'The database server cannot be reached. Try again in a moment.',
  });
});

test.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'timeout expired'])(
  'a connection that ended, or was not made in time, is of a server that is away: %s',
  (message) => {
    expect(toPostgresFault(new Error(message))).toMatchObject({ code: 'STORAGE_BUSY' });
  },
);

test.each([refuse('23505'), refuse('42601'), lose('EIO'), new Error('EPIPE'), null, 'ECONNREFUSED'])(
  'what is no fault of the server stays what it is: %s',
  (error) => {
    expect(toPostgresFault(error)).toBeNull();
    expect(toStorageError(refuse('42601'))).toMatchObject({ code: '42601' });
  },
);

test('a row that is there already is told from all else', () => {
  expect(isPostgresDuplicate(new Error('of an ORM', { cause: refuse('23505') }))).toBe(true);
  expect(isPostgresDuplicate(refuse('23503'))).toBe(false);
});

test('a transaction that a deadlock ended is run again', async () => {
  let runs = 0;
  const work = async (): Promise<number> => {
    if (++runs < 3) throw refuse('40P01');
    return runs;
  };
  expect(await withStorage(work, { pauses: [0, 0, 0] })).toBe(3);
});

test('what takes a server that is silent five seconds to refuse is asked for once', async () => {
  const timer = createManualTimer();
  let runs = 0;
  const wait = async (): Promise<never> => {
    runs++;
    await timer.advance(5000);
    throw refuse('55P03');
  };
  await expect(withStorage(wait, { timer })).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  expect(runs).toBe(1);
});
