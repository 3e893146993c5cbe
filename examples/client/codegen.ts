import type { CodegenConfig } from '@graphql-codegen/cli';

// `npx graphql-codegen --config codegen.ts` writes gql/. The schema is there without a token, too: <gateway>/schema.graphql.
const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['../pages/*.graphql'],
  generates: {
    './gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        importExtension: '.ts',
        scalars: { ByteSize: 'number', DateTime: 'string', Digest: 'string', JSONObject: 'Record<string, unknown>' },
      },
    },
  },
};
export default config;
