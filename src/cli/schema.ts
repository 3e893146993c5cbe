import { writeFileSync } from 'node:fs';
import { createSchema, printSortedSchema } from '../graphql/server/schema.js';

/** Writes `schema.graphql` in the project's folder from the resolvers. */
writeFileSync('schema.graphql', printSortedSchema(createSchema()));
