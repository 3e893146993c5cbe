// Apollo Client has no link of its own for subscriptions over Server-Sent Events: this is one, by the client of
// graphql-sse. Install `@apollo/client`, `graphql` and `graphql-sse` beside it.
//
//   const events = createEventLink({
//     url: 'https://gateway.example/graphql/stream',
//     headers: () => ({ 'X-Access-Token': `${username}:${token}` }),
//   });
//   const link = ApolloLink.split(isSubscription, events, new HttpLink({ uri: 'https://gateway.example/graphql' }));
//
// graphql-sse comes back by itself when the line breaks, with the operation as it was: keep the id of the last event and
// subscribe again `after` it where none may be missed.
import { ApolloLink, Observable } from '@apollo/client';
import { OperationTypeNode, print } from 'graphql';
import { createClient } from 'graphql-sse';

/** `options` as graphql-sse's `createClient` takes them. */
export function createEventLink(options) {
  const client = createClient(options);
  return new ApolloLink(
    ({ query, operationName, variables }) =>
      new Observable((observer) => client.subscribe({ query: print(query), operationName, variables }, observer)),
  );
}

/** For `ApolloLink.split`: the operation is a subscription. */
export function isSubscription({ query, operationName }) {
  const operations = query.definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const asked = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  return asked?.operation === OperationTypeNode.SUBSCRIPTION;
}
