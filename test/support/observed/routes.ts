import type { TestGateway } from '../worlds/gateway.js';

/** Each route's pattern and what it takes, from Fastify's tree of them: a level is four characters deep. */
export function readRoutes({ app }: Pick<TestGateway, 'app'>): string[][] {
  const above: string[] = [];
  return app.server
    .printRoutes({ commonPrefix: false })
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods] = /^([│├└─ ]*)(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      const depth = indent.length / 4;
      above.splice(depth - 1, Infinity, part);
      const pattern = above.join('').replace(/(?<!\/)\*$/, '/*');
      // That is how CORS answers pages that ask.
      const isAsked = pattern === '/*' && methods === 'OPTIONS';
      return methods === undefined || isAsked
        ? []
        : [[pattern, [...methods.split(', '), 'OPTIONS'].toSorted().join(', ')]];
    });
}
