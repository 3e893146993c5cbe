import { parseTraceParent } from '../../../src/domain/traceparent.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test.each([
  ['00', '01', true],
  ['00', '00', false],
  ['00', '03', true],
  ['00', 'fe', false],
  ['cc', '01', true],
])('a header of version %s with the flags %s is read, and its sampling is %s', (version, flags, isSampled) => {
  expect(parseTraceParent(`${version}-${traceId}-${spanId}-${flags}`)).toEqual({ traceId, spanId, isSampled });
});

test('a later version may have more fields, and the first has none', () => {
  expect(parseTraceParent(`cc-${traceId}-${spanId}-01-more`)).toEqual({ traceId, spanId, isSampled: true });
  expect(parseTraceParent(`00-${traceId}-${spanId}-01-more`)).toBeNull();
});

test.each<[string, string | string[] | undefined]>([
  ['no header', undefined],
  ['two headers', [`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01`]],
  ['nothing', ''],
  ['the version ff', `ff-${traceId}-${spanId}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a trace that is short', `00-${traceId.slice(1)}-${spanId}-01`],
  ['a span that is long', `00-${traceId}-${spanId}0-01`],
  ['a space before it', ` 00-${traceId}-${spanId}-01`],
  ['a line after it', `00-${traceId}-${spanId}-01\n`],
  ['a field run on', `cc-${traceId}-${spanId}-01more`],
])('a trace begins here where there is %s', (_, header) => expect(parseTraceParent(header)).toBeNull());
