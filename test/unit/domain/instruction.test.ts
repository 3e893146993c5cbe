import { readInstruction } from '../../../src/domain/instruction.js';

test.each<[string, string | null, string | null]>([
  ['a step that runs nothing, of the classic builder', '/bin/sh -c #(nop)  CMD ["nginx"]', 'CMD ["nginx"]'],
  ['one with a single space', '/bin/sh -c #(nop) WORKDIR /app', 'WORKDIR /app'],
  ['a step that runs something', '/bin/sh -c apk add curl', 'RUN apk add curl'],
  ['one with arguments', '|2 A=1 B=x y /bin/sh -c make A', 'RUN make A'],
  ['one of BuildKit', 'RUN /bin/sh -c apk add curl # buildkit', 'RUN apk add curl'],
  ['one of BuildKit with arguments', 'RUN |1 V=1.2 /bin/sh -c make # buildkit', 'RUN make'],
  ['a copy of BuildKit', 'COPY dist /app # buildkit', 'COPY dist /app'],
  ['one in another shell', 'RUN /bin/bash -c set -o pipefail && x # buildkit', 'RUN set -o pipefail && x'],
  ['one of Windows', 'cmd /S /C echo hi', 'RUN echo hi'],
  ['PowerShell', 'powershell -Command $x = 1', 'RUN $x = 1'],
  ['a comment within', 'RUN /bin/sh -c echo "# buildkit" done # buildkit', 'RUN echo "# buildkit" done'],
  ['several lines', '/bin/sh -c set -e;\n\tmake', 'RUN set -e;\n\tmake'],
  ['arguments without a shell', '|1 A=1 make', '|1 A=1 make'],
  ['what is of no builder that is known', 'bazel build ...', 'bazel build ...'],
  ['an instruction as it is', 'ENTRYPOINT ["/x"]', 'ENTRYPOINT ["/x"]'],
  ['nothing', '', ''],
  ['what the image does not say', null, null],
])('%s', (_what, createdBy, expected) => {
  expect(readInstruction(createdBy)).toBe(expected);
});

test('a text of a megabyte takes as long as one pass over it', () => {
  const spaces = ' '.repeat(1_000_000);
  expect(readInstruction(`/bin/sh -c x${spaces}y`)).toBe(`RUN x${spaces}y`);
  expect(readInstruction(`|1 ${'a /bin/s'.repeat(100_000)}`)).toHaveLength(800_003);
});
