import { readFileSync } from 'node:fs';
import { Fault } from './reader.js';

const [mostDocuments, mostBytes] = [10_000, 16 * 1024 * 1024];

/**
 * The documents of TRUSTED_DOCUMENTS, by their ids: a JSON file as graphql-codegen and Relay write it (`{ "<id>":
 * "query …" }`), or Apollo's manifest (`{ "operations": [{ "id", "body" }] }`). null: none is set.
 */
export function parseTrustedDocuments(path: string): ReadonlyMap<string, string> | null | Fault {
  if (path === '') return null;
  const parsed = readJson(path);
  if (parsed instanceof Fault) return parsed;
  const documents = listDocuments(parsed);
  if (!documents) return new Fault(`${path} is no manifest: it must be {"<id>": "<document>"}, or Apollo's.`);
  if (documents.length > mostDocuments)
    return new Fault(`${path} has ${documents.length} documents: ${mostDocuments} are the most.`);
  return new Map(documents);
}

function readJson(path: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length > mostBytes) return new Fault(`${path} is longer than ${mostBytes} characters.`);
    return JSON.parse(text) as unknown;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SyntaxError) return new Fault(`${path} is no JSON.`);
    return new Fault(`${path} ${code === 'ENOENT' ? 'does not exist.' : `cannot be read (${code}).`}`);
  }
}

function listDocuments(parsed: unknown): [string, string][] | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { operations } = parsed as { readonly operations?: unknown };
  const entries: [unknown, unknown][] = Array.isArray(operations)
    ? operations.map((one: unknown) => {
        const { id, body } = (one ?? {}) as Record<string, unknown>;
        return [id, body];
      })
    : Object.entries(parsed);
  const isPair = (pair: [unknown, unknown]): pair is [string, string] => pair.every((part) => typeof part === 'string');
  return entries.every(isPair) ? entries : null;
}
