import * as fc from 'fast-check';
import { writeAnswer, WrittenJson } from '../../src/graphql/server/answertext.js';
import { createSlices } from '../../src/timer.js';
import { startGateway } from '../support/worlds/gateway.js';

const slices = createSlices(10);
const write = async (value: object, limit = 1_000_000_000): Promise<string> =>
  (await writeAnswer(value, limit, slices)).toString();

it('the text of an answer is what JSON.stringify gives, for any value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.object({ withDate: true, withNullPrototype: true, maxDepth: 4 }), async (value) => {
      const made = JSON.parse(JSON.stringify(value)) as object;
      expect(await write(made)).toBe(JSON.stringify(made));
    }),
  );
});

it('the text of an answer is the same where it is written in many pieces', async () => {
  const answer = {
    data: {
      nodes: Array.from({ length: 3000 }, (_, at) => ({
        name: `repository-${at}`,
        at: new Date(at),
        none: undefined,
        size: null,
        ok: true,
        é: '"\u0001\n',
      })),
      long: 'x'.repeat(200_000),
      holes: [undefined, 1, ...Array.from({ length: 40_000 }, () => 'ä')],
    },
    extensions: undefined,
  };
  expect(await write(answer)).toBe(JSON.stringify(answer));
});

it('a part that was written before is sent as it stands, wherever it is, and counts as what it has', async () => {
  const long = JSON.stringify({ name: 'ä'.repeat(50_000) });
  const part = new WrittenJson(['{"a":', Buffer.from('["ü"'), ']}']);
  const answer = {
    errors: undefined,
    data: { one: part, list: [1, part, null], long: new WrittenJson([long]), none: null },
  };
  const plain = JSON.stringify(answer);
  const bytes = Buffer.byteLength(plain);
  expect(JSON.parse(plain)).toMatchObject({ data: { list: [1, { a: ['ü'] }, null] } });
  expect(await write(answer, bytes)).toBe(plain);
  await expect(write(answer, bytes - 1)).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
  expect((await writeAnswer({ part }, 1000, slices, '\n')).toString()).toBe('{"part":{"a":["ü"]}}\n');
});

it.each([
  ['of one piece', 'x'.repeat(1000)],
  ['of many', Array.from({ length: 5000 }, () => 'y'.repeat(100))],
  ['of letters with two bytes', 'ä'.repeat(60_000)],
  ['of escapes, which only show when they are written', Array.from({ length: 5000 }, () => '\u0001'.repeat(10))],
])('an answer is refused at one byte over the limit, and not at the limit: %s', async (_kind, data) => {
  const text = JSON.stringify({ data });
  const bytes = Buffer.byteLength(text);
  expect(await write({ data }, bytes)).toBe(text);
  await expect(write({ data }, bytes - 1)).rejects.toMatchObject({
    code: 'ANSWER_TOO_LARGE',
    message: expect.stringContaining('"first"') as string,
  });
});

test('a GraphQL answer that is too large is not sent, and the error says what to ask instead', async () => {
  await using gateway = await startGateway({ maxAnswer: 1 });
  const ask = (times: number) => {
    const fields =
      'types { name description fields { name description type { name kind } args { name description type { ' +
      'name kind } } } }';
    return gateway.graphql(
      `{ ${Array.from({ length: times }, (_, at) => `a${at}: __schema { ${fields} }`).join(' ')} }`,
      {},
    );
  };
  const [small, large] = [await ask(1), await ask(20)];
  expect([small.status, small.body.errors, small.text.length * 20 > 1024 * 1024]).toEqual([200, undefined, true]);
  expect(small.text).toBe(`${JSON.stringify(small.body)}\n`);
  expect([large.status, large.body]).toEqual([
    400,
    {
      errors: [
        {
          message:
            'The answer would be larger than 1 MiB. Ask for fewer objects at a time, by "first" and "after", or ' +
            'for fewer of their fields.',
          extensions: { code: 'ANSWER_TOO_LARGE', retryable: false, requestId: large.headers.get('x-request-id') },
        },
      ],
    },
  ]);
});
