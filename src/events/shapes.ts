import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { quote } from '../domain/name.js';

/** Of each registry: whoever has the secret could otherwise fill the log with ever new shapes. */
const shapesOfRegistry = 20;
const rememberedRegistries = 1000;

/**
 * True the first time that this registry sent something of this shape. After `shapesOfRegistry` of them, never again.
 */
export type FirstOfItsShape = (registryId: string, shape: string) => boolean;

export function createShapeMemory(): FirstOfItsShape {
  const seen = new LRUCache<string, Set<string>>({ max: rememberedRegistries });
  return (registryId, shape) => {
    const shapes = seen.get(registryId) ?? new Set();
    seen.set(registryId, shapes);
    if (shapes.has(shape) || shapes.size >= shapesOfRegistry) return false;
    shapes.add(shape);
    return true;
  };
}

const shownNames = 10;

/** Describes the kind of a notification by its types and `form`, without anything of its content. */
export function describeShape(headers: IncomingHttpHeaders, form: string): string {
  const types = [headers['content-type'], headers['ce-type']].filter((each) => typeof each === 'string');
  return [...types.map(quote), form].join(' ');
}

/** The names in an object; of anything else, what it is. */
export function describeForm(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object' || value === null)
    return value === undefined ? 'nothing' : value === null ? 'null' : typeof value;
  const names = Object.keys(value).sort();
  return `{ ${names.slice(0, shownNames).map(quote).join(', ')}${names.length > shownNames ? ', …' : ''} }`;
}
