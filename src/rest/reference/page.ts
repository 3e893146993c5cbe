import { escapeHtml, printReadPage } from '../../coding/html.js';
import { errorsOfAll, type writeDocument } from './document.js';
import { listRows, printText, printType, type SchemaNode } from './schematext.js';

type ApiDocument = ReturnType<typeof writeDocument>;

/** Parts of the document that the page shows, as they are once they are JSON. */
interface ShownParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: SchemaNode;
}
interface ShownContent {
  readonly [type: string]: { readonly schema: SchemaNode };
}
interface ShownAnswer {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: ShownContent;
}
interface ShownOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters: readonly (ShownParameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: ShownContent };
  readonly responses: Readonly<Record<string, ShownAnswer>>;
}
interface ShownPlace {
  readonly path: string;
  readonly method: string;
  readonly operation: ShownOperation;
}

/**
 * The document as a page to read: it has no script and loads one style sheet, which stands where the explorer's files
 * do. All its addresses are relative to `/api/docs`, so that it works below any path.
 */
export function printReference(document: ApiDocument): string {
  const places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): ShownPlace => {
      return { path, method: method.toUpperCase(), operation: operation as ShownOperation };
    }),
  );
  const groups = document.tags.map((tag) => ({
    ...tag,
    places: places.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const sections = groups.map(
    ({ name, description, places: some }) =>
      `<h2 id="${slugOf(name)}">${escapeHtml(name)}</h2>\n<p>${printText(description)}</p>\n` +
      some.map((place) => printOperation(document, place)).join(''),
  );
  const { title, version } = document.info;
  return printReadPage({
    title: `REST API · ${title}`,
    style: '../explorer/style.css',
    classes: 'manual reference',
    navigation: {
      label: 'Operations',
      html: `
${groups.map(printLinks).join('\n')}
<p><a href="#errors">Errors</a></p><p><a href="#schemas">Schemas</a></p>`,
    },
    html: `<h1>REST API of ${escapeHtml(title)} ${escapeHtml(version)}</h1>
<p>${printText(document.info.description)}</p>
<ul><li><a href="openapi.json">The OpenAPI document</a> that this page is made of, for generators of clients</li>
<li><a href="../explorer/rest.html">The same, told in words</a></li></ul>
${printTokens(document)}
${sections.join('\n')}
<h2 id="errors">Errors</h2>
<p>Any operation may answer with ${errorsOfAll.join(', ')}. Each is a
<a href="#schema-Problem">Problem</a>, whose codes are <a href="../explorer/errors.html">a list of their own</a>.</p>
<h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas)
  .map(([name, schema]) => printSchema(name, schema))
  .join('\n')}
`,
  });
}

function printLinks({ name, places }: { readonly name: string; readonly places: readonly ShownPlace[] }): string {
  const links = places.map(
    ({ operation: { operationId, summary } }) => `<li><a href="#${operationId}">${escapeHtml(summary)}</a></li>`,
  );
  return `<p><a href="#${slugOf(name)}">${escapeHtml(name)}</a></p><ul>\n${links.join('\n')}\n</ul>`;
}

function printTokens({ components }: ApiDocument): string {
  const schemes = Object.values(components.securitySchemes).map((scheme) => {
    const header = 'name' in scheme ? scheme.name : 'Authorization: Bearer';
    return `<li><code>${header}</code> ${printText(scheme.description)}</li>`;
  });
  return `<h2 id="tokens">Who asks</h2>
<p>One of these headers, where nothing else is said:</p>
<ul>${schemes.join('\n')}</ul>`;
}

function printOperation(document: ApiDocument, { path, method, operation }: ShownPlace): string {
  const { operationId, summary, description, security, parameters, requestBody, responses } = operation;
  const token = security && (security.length === 0 ? 'No token is read.' : 'No token is needed.');
  return `<section aria-labelledby="${operationId}">
<h3 id="${operationId}">${escapeHtml(summary)}</h3>
<p class="address"><code><b>${method}</b> ${escapeHtml(path)}</code></p>
${description === undefined ? '' : `<p>${printText(description)}</p>`}${token ? `<p>${token}</p>` : ''}
${printParameters(parameters.map((parameter) => resolveParameter(document, parameter)))}
${requestBody ? `<p>Body: ${printContent(requestBody.content)}</p>` : ''}
${printTable('Answers', ['status', 'what it says', 'content'], listAnswers(responses))}
</section>
`;
}

function resolveParameter(
  { components }: ApiDocument,
  parameter: ShownOperation['parameters'][number],
): ShownParameter {
  if (!('$ref' in parameter)) return parameter;
  const name = parameter.$ref.split('/').at(-1) as keyof typeof components.parameters;
  return components.parameters[name];
}

function printParameters(parameters: readonly ShownParameter[]): string {
  const rows = parameters.map(({ name, in: place, required, schema, description = '' }) => [
    `<code>${escapeHtml(name)}</code>`,
    `${place}${required ? ', needed' : ''}`,
    printType(schema),
    printText(description),
  ]);
  return rows.length === 0 ? '' : printTable('Parameters', ['name', 'in', 'type', 'meaning'], rows);
}

/** Without the errors that every operation has; the statuses of others stand in one row. */
function listAnswers(responses: ShownOperation['responses']): string[][] {
  const rows = Object.entries(responses)
    .filter(([, { $ref }]) => $ref === undefined)
    .map(([status, { description = '', content, headers = {} }]) => {
      const told = Object.keys(headers).map((name) => `<code>${name}</code>`);
      return [
        status,
        printText(description),
        [...(content ? [printContent(content)] : []), ...told].join(', ') || 'none',
      ];
    });
  const known: readonly string[] = errorsOfAll.map(String);
  const errors = Object.keys(responses).filter(
    (status) => responses[status]?.$ref !== undefined && !known.includes(status),
  );
  if (errors.length > 0) rows.push([errors.join(', '), 'Errors', '<a href="#schema-Problem">Problem</a>']);
  return rows;
}

function printContent(content: ShownContent): string {
  const types = Object.entries(content);
  const [, first] = types[0]!;
  const names = types.map(([type]) => (type === 'application/json' ? 'JSON' : `<code>${escapeHtml(type)}</code>`));
  return `${printType(first.schema)} as ${names.join(' or ')}`;
}

function printSchema(name: string, schema: SchemaNode): string {
  const { description = '', examples = [] } = schema;
  const rows = listRows(schema).map(({ path, isNeeded, node }) => [
    `<code>${escapeHtml(path)}</code>`,
    isNeeded ? 'always' : 'or none',
    printType(node),
    printText(node.description ?? ''),
  ]);
  const example = examples.map((each) => `<pre>${escapeHtml(JSON.stringify(each, null, 2))}</pre>`);
  const table =
    rows.length === 0 ? `<p>${printType(schema)}</p>` : printTable('Keys', ['key', 'there', 'type', 'meaning'], rows);
  return `<section aria-labelledby="schema-${name}">
<h3 id="schema-${name}">${escapeHtml(name)}</h3>
<p>${printText(description)}</p>
${table}
${example.join('\n')}
</section>`;
}

/** Cells are HTML. */
function printTable(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const headings = head.map((text) => `<th scope="col">${text}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<div class="table"><table><caption>${caption}</caption><thead><tr>${headings}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function slugOf(name: string): string {
  return `tag-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
}
