import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../../errors.js';

/** Codes that Apollo gives to errors of a request itself, in the gateway's words. */
const codeOfApollo: Readonly<Record<string, string>> = {
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  BAD_REQUEST: 'BAD_USER_INPUT',
};

/**
 * The one place where GraphQL errors are shown: the gateway's own keep message, code and facts; errors of the request
 * keep Apollo's; anything else is a bug, masked here as INTERNAL. `isMasked` tells the caller to log it.
 */
export function showError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: string | undefined,
): { shown: GraphQLFormattedError; isMasked: boolean } {
  const original = findOriginal(error);
  const place = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  if (original instanceof GatewayError) {
    const extensions = { code: original.code, retryable: original.retryable, ...original.facts, requestId };
    return { shown: { message: original.message, ...place, extensions }, isMasked: false };
  }
  const given = formatted.extensions?.['code'];
  const code = typeof given === 'string' ? given : 'INTERNAL';
  if (formatted.extensions?.['limit'] === true) {
    return {
      shown: {
        message: formatted.message,
        ...place,
        extensions: { code: 'QUERY_TOO_COMPLEX', retryable: false, requestId },
      },
      isMasked: false,
    };
  }
  const isRequestFault =
    code !== 'INTERNAL_SERVER_ERROR' &&
    code !== 'INTERNAL' &&
    (original === undefined || original instanceof GraphQLError);
  if (isRequestFault) {
    const extensions = { code: codeOfApollo[code] ?? code, retryable: false, requestId };
    return { shown: { message: cutQuoted(formatted.message), ...place, extensions }, isMasked: false };
  }
  const message = 'Something went wrong inside the gateway. The log has it under the request id.';
  return {
    shown: { message, ...place, extensions: { code: 'INTERNAL', retryable: false, requestId } },
    isMasked: true,
  };
}

/** Gives the error that a resolver threw, out of GraphQL's own wrapping. */
export function findOriginal(error: unknown): unknown {
  let inner = error;
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError;
  return inner;
}

/** Characters of a caller's own text that an error repeats, and of a whole message that a library worded. */
const longestValue = 100;
const longestMessage = 1000;

/** A value as an error may repeat it. */
export function cut(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/**
 * A message of graphql-js or graphql-jit without the values that it repeats, and with no name in it longer than 100
 * characters. The whole is bounded too.
 */
export function cutQuoted(message: string): string {
  return hideValues(message.slice(0, 20 * longestMessage))
    .replaceAll(/"((?:[^"\\]|\\.)*)"?/g, (quoted, inner: string) =>
      inner.length > longestValue ? `"${inner.slice(0, longestValue)}…"` : quoted,
    )
    .replaceAll(/[^\s"]{101,}/g, (word) => (word.length > longestValue + 2 ? `${word.slice(0, longestValue)}…` : word))
    .slice(0, longestMessage);
}

/** Why a scalar refused a value, where the reason has nothing of the value. */
const reasons = /^((?:a )?non[ -](?:32-bit signed integer|string and non-integer|\w+) value): /;

/** A value that is refused may be a secret in the wrong place: the place and the type say enough. Names stay. */
function hideValues(message: string): string {
  return message
    .replace(/( cannot represent )(.*)$/s, (_, said: string, rest: string) => said + (reasons.exec(rest)?.[1] ?? 'it'))
    .replace(/\bValue ".*?(?:" does not exist in (?="\w+" enum)|$)/s, 'The value does not exist in ')
    .replace(/^(Expected value of type "[^"]*"), found (?!null\.$).*$/s, '$1, found another.')
    .replace(/ (?:has|got) (?:an )?invalid value .*$/s, ' has an invalid value.')
    .replace(/^(Syntax Error: .*?\b(?:Int|Float|Name|(?:Block)?String)) ".*$/s, '$1.');
}
