/** A page that is read, and runs nothing: of the documentation, or of the routes of REST. */
export interface ReadPage {
  readonly title: string;
  /** Where its style is, relative to the page. */
  readonly style: string;
  /** Of the body. */
  readonly classes: string;
  /** The inside of `<nav>`, and its name. */
  readonly navigation: { readonly label: string; readonly html: string };
  /** The inside of `<main>`. */
  readonly html: string;
}

/** The whole document. */
export function printReadPage({ title, style, classes, navigation, html }: ReadPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
</head>
<body class="${classes}">
<nav aria-label="${navigation.label}"><p><a href="../explorer">Explorer</a></p>${navigation.html}</nav>
<main>
${html}</main>
</body>
</html>
`;
}

/** For the text of an element, and for an attribute between double quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
