import type { KyselyPlugin } from 'kysely';

/** Does `work` once, as the first statement with this text is answered, and before anything follows it. */
export function after(text: string, work: () => Promise<unknown>): KyselyPlugin {
  const seen = new WeakSet<object>();
  let isDone = false;
  return {
    transformQuery({ node, queryId }) {
      if (JSON.stringify(node).includes(text)) seen.add(queryId);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (!isDone && seen.has(queryId)) {
        isDone = true;
        await work();
      }
      return result;
    },
  };
}
