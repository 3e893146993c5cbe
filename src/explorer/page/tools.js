/** The row above GraphiQL: examples for the asking, and what is in the editor for somebody else. */

const byId = (id) => document.getElementById(id);

/** Characters of a link's operation: browsers and chats cut longer addresses. */
const longestLink = 8000;

/** The operation that an address brings, `#query=…&variables=…`; null: none. It is taken out of the address. */
export function takeLinked() {
  const given = new URLSearchParams(location.hash.slice(1));
  const query = given.get('query');
  if (query === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return query.length > longestLink ? null : { query, variables: given.get('variables') ?? '' };
}

/** Has the row do what it says: to be called once. */
export function attachTools() {
  const list = byId('example');
  list.addEventListener('change', () => {
    if (list.value !== '') openTab({ query: list.value, variables: '' });
    list.value = '';
  });
  byId('copy-curl').addEventListener('click', () => {
    void copy(writeCurl(), 'Copied. GATEWAY_ACCESS is to be username:token.');
  });
  byId('copy-link').addEventListener('click', () => {
    const link = writeLink();
    if (link === null) return say('The operation is too long for a link: copy it as curl.');
    void copy(link, 'Copied. Whoever opens it logs in first; nothing runs by itself.');
  });
}

/** Of each its name and its operation. */
export function showExamples(examples) {
  const options = examples.map(({ name, query }) => new Option(name, query));
  byId('example').replaceChildren(new Option('Examples…', ''), ...options);
}

/** Opens an operation in a tab of its own, as soon as GraphiQL is there. Nothing is run. */
export function openTab({ query, variables }) {
  whenThere('.graphiql-query-editor .CodeMirror', () => {
    document.querySelector('.graphiql-tab-add')?.click();
    // GraphiQL empties the editor for the new tab first.
    setTimeout(() => {
      readEditor('.graphiql-query-editor')?.setValue(query);
      if (variables !== '') readEditor('.graphiql-editor-tool')?.setValue(variables);
      readEditor('.graphiql-query-editor')?.focus();
    }, 50);
  });
}

/** Tab leads out of every editor, as it does everywhere else on the page; they indent by themselves. */
export function freeTabKey() {
  const free = () => {
    for (const { CodeMirror: editor } of document.querySelectorAll('#explorer .CodeMirror')) {
      const keys = editor.getOption('extraKeys') ?? {};
      if (keys.Tab !== false) editor.setOption('extraKeys', { ...keys, Tab: false, 'Shift-Tab': false });
    }
  };
  new MutationObserver(free).observe(byId('explorer'), { childList: true, subtree: true });
  free();
}

function whenThere(selector, work) {
  if (document.querySelector(selector)?.CodeMirror) return work();
  const waiting = new MutationObserver(() => {
    if (!document.querySelector(selector)?.CodeMirror) return;
    waiting.disconnect();
    work();
  });
  waiting.observe(byId('explorer'), { childList: true, subtree: true });
}

function readEditor(place) {
  return document.querySelector(`${place} .CodeMirror`)?.CodeMirror;
}

function readOperation() {
  return {
    query: readEditor('.graphiql-query-editor')?.getValue() ?? '',
    variables: readEditor('.graphiql-editor-tool')?.getValue().trim() ?? '',
  };
}

/** For a shell, without the token: what is copied is pasted into chats. */
function writeCurl() {
  const { query, variables } = readOperation();
  const body = JSON.stringify({ query, ...(variables !== '' && { variables: readJson(variables) }) });
  return [
    `curl ${quote(new URL('graphql', document.baseURI).href)}`,
    `  -H 'Content-Type: application/json' -H "X-Access-Token: $GATEWAY_ACCESS"`,
    `  --data ${quote(body)}`,
  ].join(' \\\n');
}

/** Text that is no JSON yet is sent as it is, and the gateway says why it is none. */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function quote(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function writeLink() {
  const { query, variables } = readOperation();
  if (query.length > longestLink) return null;
  const given = new URLSearchParams({ query, ...(variables !== '' && { variables }) });
  return `${location.origin}${location.pathname}#${given}`;
}

/** Without the browser's own way, which pages that are not secure have not, the text is shown to be copied by hand. */
async function copy(text, told) {
  try {
    await navigator.clipboard.writeText(text);
    say(told);
  } catch {
    byId('by-hand').value = text;
    byId('by-hand').hidden = false;
    byId('by-hand').select();
    say('This page may not write to the clipboard: copy it from here.');
  }
}

function say(text) {
  byId('copied').textContent = text;
}
