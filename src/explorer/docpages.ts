import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { escapeHtml, printReadPage } from '../coding/html.js';

/** The project's pages for people, from Markdown: README is the first of them. */
interface DocPage {
  /** Without an ending: `rest`. */
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
}

/**
 * Writes `docs/*.md` and README of the project's folder as HTML pages into `folder`: `rest.html`, and
 * `documentation.html`. They load one style sheet and no script.
 */
export async function writeDocPages(project: string, folder: string): Promise<void> {
  const names = (await readdir(join(project, 'docs'))).filter((name) => name.endsWith('.md')).toSorted();
  const pages = [await readPage('documentation', join(project, 'README.md'))];
  for (const name of names) pages.push(await readPage(name.slice(0, -3), join(project, 'docs', name)));
  for (const page of pages) await writeFile(join(folder, `${page.name}.html`), printPage(page, pages));
}

async function readPage(name: string, file: string): Promise<DocPage> {
  const markdown = await readFile(file, 'utf8');
  return { name, title: /^# (.+)$/m.exec(markdown)?.[1] ?? name, markdown };
}

function printPage(page: DocPage, pages: readonly DocPage[]): string {
  const links = pages.map(
    ({ name, title }) =>
      `<li><a href="${name}.html"${name === page.name ? ' aria-current="page"' : ''}>${escapeHtml(title)}</a></li>`,
  );
  return printReadPage({
    title: `${page.title} · registry-gateway`,
    style: 'style.css',
    classes: 'manual',
    navigation: { label: 'Documentation', html: `<ul>\n${links.join('\n')}\n</ul>` },
    html: createRenderer(pages).parse(page.markdown, { async: false }),
  });
}

/**
 * Links between pages lead to their HTML; what a gateway does not serve is left as text. Diagrams need a script, and
 * pictures are not served: both are left out.
 */
function createRenderer(pages: readonly DocPage[]): Marked {
  const known = new Set(pages.map(({ name }) => name));
  const anchors = new Set<string>();
  return new Marked().use({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      image: () => '',
      code({ lang }: Tokens.Code) {
        return lang === 'mermaid' ? '' : false;
      },
      table(token: Tokens.Table) {
        const head = token.header
          .map((cell) => `<th scope="col">${this.parser.parseInline(cell.tokens)}</th>`)
          .join('');
        const rows = token.rows.map((row) => {
          const cells = row.map((cell) => this.parser.parseInline(cell.tokens));
          return `<tr>${cells.map((cell, at) => `<td>${at === 0 ? anchor(cell, anchors) : cell}</td>`).join('')}</tr>`;
        });
        const body = `<tbody>\n${rows.join('\n')}\n</tbody>`;
        return `<div class="table"><table><thead><tr>${head}</tr></thead>${body}</table></div>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const target = toTarget(href, known);
        const text = this.parser.parseInline(tokens);
        return target === null ? text : `<a href="${escapeHtml(target)}">${text}</a>`;
      },
    },
  });
}

function toTarget(href: string, known: ReadonlySet<string>): string | null {
  if (/^(https?:|#)/.test(href)) return href;
  // README and a page of docs write it each from its own folder. Pages are below `/explorer/`, and the schema is beside
  // that.
  if (/^(?:\.\.\/)?schema\.graphql$/.test(href)) return '../schema.graphql';
  const [, name, anchor = ''] = /^(?:docs\/)?([\w-]+)\.md(#[\w-]*)?$/.exec(href) ?? [];
  return name !== undefined && known.has(name) ? `${name}.html${anchor}` : null;
}

/**
 * A link can lead to what a row of a table is about, where that is a name in capitals: a code of an error, a setting.
 * The first place of a name has its anchor.
 */
function anchor(cell: string, anchors: Set<string>): string {
  return cell.replaceAll(/<code>([A-Z][A-Z0-9_]+)<\/code>/g, (code, name: string) => {
    if (anchors.has(name)) return code;
    anchors.add(name);
    return `<code id="${name}">${name}</code>`;
  });
}

/** As the anchors of Markdown on code hosts are made. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(/\s/g, '-');
}
