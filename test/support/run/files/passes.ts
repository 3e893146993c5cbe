const order: string[] = [];
const note = (what: string) => () => void order.push(what);

setInterval(() => undefined, 1000);
process.env['LEFT_BY_A_FILE'] = 'yes';
Object.assign(globalThis, { leftByAFile: true });

beforeAll(note('before all'));
afterAll(note('after all'));
beforeEach(note('before each'));
afterEach(note('after each'));

test.each([1, 2])('row %i passes', (row) => note(`row ${row}`)());
test.skip('a skipped one is not run', note('skipped'));
test.todo('one is to be written');
describe('within', () => {
  afterAll(() => {
    expect(order).toEqual([
      'before all',
      'before each',
      'row 1',
      'after each',
      'before each',
      'row 2',
      'after each',
      'before each',
      'last',
      'after each',
    ]);
  });
  test('the last one passes', note('last'));
});
