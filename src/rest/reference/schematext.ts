import { escapeHtml } from '../../coding/html.js';

/** JSON Schema, as far as the document has it. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** A key of an object, or of what is in it: `failures[].code`. */
export interface SchemaRow {
  readonly path: string;
  readonly isNeeded: boolean;
  readonly node: SchemaNode;
}

/** All keys of an object, those of inner ones after the key that they are under. */
export function listRows(schema: SchemaNode, prefix = ''): SchemaRow[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, node]) => {
    const path = `${prefix}${name}`;
    const isNeeded = required.includes(name);
    const inner = listVariants(node).flatMap((variant) =>
      variant.items ? listRows(variant.items, `${path}[].`) : listRows(variant, `${path}.`),
    );
    return [{ path, isNeeded, node }, ...inner];
  });
}

function listVariants(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? [node];
}

/** The type of a value, as HTML with links to the named schemas of the page. */
export function printType(node: SchemaNode): string {
  const { $ref, type, format, items, enum: values, anyOf, oneOf } = node;
  if ($ref !== undefined) {
    const name = escapeHtml($ref.split('/').at(-1)!);
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const variants = anyOf ?? oneOf;
  if (variants) return variants.map(printVariant).join(' or ');
  if (values) return values.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(', ');
  if (node.const !== undefined) return `<code>${escapeHtml(JSON.stringify(node.const))}</code>`;
  if (items) return `list of ${printType(items)}`;
  const { minimum, maximum, default: usual } = node;
  const bounds = minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : '';
  const otherwise = usual === undefined ? '' : `, else ${JSON.stringify(usual)}`;
  const name = format ?? (typeof type === 'string' ? type : 'any');
  return escapeHtml(`${name}${bounds}${otherwise}`);
}

/** One of several: an object is told by its keys, as it has no name. */
function printVariant(node: SchemaNode): string {
  if (!node.properties) return printType(node);
  const keys = Object.entries(node.properties).map(([key, { const: value }]) =>
    value === undefined ? key : `${key}: ${JSON.stringify(value)}`,
  );
  return `<code>{${escapeHtml(keys.join(', '))}}</code>`;
}

/** Text in which code stands between backticks. */
export function printText(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
