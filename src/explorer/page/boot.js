import { makeExamples } from './examples.js';
import {
  createFetcher,
  findOverview,
  findViewer,
  forgetAccess,
  keepAccess,
  logIn,
  readAccess,
  tabStorage,
} from './gateway.js';

const rights = { ADMIN: 'all rights', REGISTRIES_WRITE: 'read and write', REGISTRIES_READ: 'read only' };

const byId = (id) => document.getElementById(id);
const welcome = byId('welcome');
const session = byId('session');
const explorer = byId('explorer');
let root = null;

submitWith('login', 'login-error', () => logIn(byId('username').value, byId('password').value));
submitWith('paste', 'paste-error', async () => {
  const access = byId('access').value.trim();
  if (!/^[^:\s]+:\S+$/.test(access))
    throw new Error('Write it as username:token, with a colon between the two and no spaces.');
  return { access, viewer: await findViewer(access) };
});
byId('logout').addEventListener('click', () => {
  // Whoever sits here next sees nothing of it. GraphiQL still writes for a moment: into nothing.
  tabStorage.setItem = () => {};
  forgetAccess();
  tabStorage.clear();
  location.reload();
});
await restore();

function submitWith(id, errorId, run) {
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void submit(event.currentTarget, byId(errorId), run);
  });
}

/** Runs what a form does, and shows why it failed beside it. */
async function submit(form, error, run) {
  const fields = form.querySelector('fieldset');
  error.textContent = '';
  form.setAttribute('aria-busy', 'true');
  fields.disabled = true;
  try {
    await open(await run());
    form.reset();
  } catch (fault) {
    error.textContent = fault.message;
  }
  fields.disabled = false;
  form.removeAttribute('aria-busy');
  if (error.textContent) form.querySelector('[data-retry]').select();
}

/** A reload keeps the login; a token that no longer works is forgotten, and the page says so. */
async function restore() {
  const access = readAccess();
  if (access === null) return show('');
  try {
    return await open({ access, viewer: await findViewer(access) });
  } catch (fault) {
    return close(fault.message);
  }
}

async function open({ access, viewer }) {
  const overview = await findOverview(access);
  keepAccess(access);
  byId('user').textContent = viewer.username;
  byId('rights').textContent = viewer.roles.map((role) => rights[role] ?? role).join(', ');
  byId('notice').textContent = overview.notice ?? '';
  byId('notice').hidden = overview.notice === null;
  welcome.hidden = true;
  session.hidden = false;
  explorer.hidden = false;
  root = ReactDOM.createRoot(explorer);
  root.render(
    React.createElement(
      GraphiQL,
      {
        fetcher: createFetcher(access, (reason) => {
          // An answer may come after the log-in it was for has ended.
          if (readAccess() === access) close(reason);
        }),
        defaultTabs: makeExamples(overview).map((query) => ({ query })),
        defaultEditorToolsVisibility: false,
        forcedTheme: 'system',
        shouldPersistHeaders: false,
        storage: tabStorage,
      },
      // The product's name is in the header already.
      React.createElement(GraphiQL.Logo, null, React.createElement(React.Fragment)),
    ),
  );
}

/** Back to the log-in, with the reason. What was being written stays. */
function close(reason) {
  forgetAccess();
  // Not while GraphiQL still waits for the answer that brought us here.
  const old = root;
  root = null;
  setTimeout(() => old?.unmount());
  show(reason);
}

function show(reason) {
  explorer.hidden = true;
  byId('notice').hidden = true;
  session.hidden = true;
  welcome.hidden = false;
  byId('login-error').textContent = reason;
  byId('username').focus();
}
