import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, Kind, type OperationDefinitionNode, OperationTypeNode, parse, print } from 'graphql';

/** A query of a frontend's page, with the fragments that it uses. */
export interface PageQuery {
  readonly name: string;
  readonly document: DocumentNode;
  readonly variables: ReadonlySet<string>;
}

const folder = 'examples/pages';

/** Those of examples/pages that read. */
export function listPages(): PageQuery[] {
  const definitions = readdirSync(folder).flatMap(
    (file) => parse(readFileSync(join(folder, file), 'utf8')).definitions,
  );
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return definitions
    .filter((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION)
    .filter(({ operation }) => operation === OperationTypeNode.QUERY)
    .map((operation) => {
      const text = print(operation);
      const used = fragments.filter(({ name }) => text.includes(`...${name.value}\n`));
      return {
        name: operation.name!.value,
        document: { kind: Kind.DOCUMENT, definitions: [operation, ...used] },
        variables: new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value)),
      };
    });
}
