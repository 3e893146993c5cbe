import { listExamples, makeExamples } from './examples.js';
import {
  createFetcher,
  findOverview,
  findViewer,
  forgetAccess,
  keepAccess,
  logIn,
  logOut,
  readAccess,
  tabStorage,
} from './gateway.js';
import { attachTools, freeTabKey, openTab, showExamples, takeLinked } from './tools.js';
import { fetchLogin, hasComeBack, isProxied, keepLogin, leave, provider, readLogin } from './signon.js';

const rights = { ADMIN: 'all rights', REGISTRIES_WRITE: 'read and write', REGISTRIES_READ: 'read only' };

const byId = (id) => document.getElementById(id);
const welcome = byId('welcome');
const session = byId('session');
const explorer = byId('explorer');
const tools = byId('tools');
let root = null;
let linked = takeLinked();
attachTools();

byId('sign-on').hidden = provider === null;
byId('provider').textContent = provider ?? '';
submitWith('login', 'login-error', async () => ({
  ...(await logIn(byId('username').value, byId('password').value)),
  login: 'password',
}));
submitWith('paste', 'paste-error', async () => {
  const access = byId('access').value.trim();
  if (!/^[^:\s]+:\S+$/.test(access))
    throw new Error('Write it as username:token, with a colon between the two and no spaces.');
  return { access, viewer: await findViewer(access) };
});
byId('logout').addEventListener('click', () => void endSession());
await restore();

async function endSession() {
  const [access, login] = [readAccess(), readLogin()];
  // Whoever sits here next sees nothing of it. GraphiQL still writes for a moment: into nothing.
  tabStorage.setItem = () => {};
  forgetAccess();
  keepLogin(null);
  tabStorage.clear();
  // A token that was pasted is somebody's who goes on with it.
  if (login !== null) await logOut(access);
  leave(login);
}

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

/**
 * Goes on after a login at the provider, else as whom the tab logged in before, else as whom a proxy names. A token
 * that no longer works is forgotten, and the page says so.
 */
async function restore() {
  if (hasComeBack()) return comeIn();
  const access = readAccess();
  if (access === null && !isProxied) return show('');
  try {
    return await open({ access, viewer: await findViewer(access), login: readLogin() });
  } catch (fault) {
    // Of whom the proxy does not name there is nothing to say.
    return close(access === null ? '' : fault.message);
  }
}

async function comeIn() {
  try {
    const access = await fetchLogin();
    return await open({ access, viewer: await findViewer(access), login: 'provider' });
  } catch (fault) {
    show('');
    byId('sign-on-error').textContent = fault.message;
    return byId('sign-on-link').focus();
  }
}

/** `login`: who logged in here, as signon.js has it; absent: nobody did. */
async function open({ access, viewer, login = null }) {
  const overview = await findOverview(access);
  keepAccess(access);
  keepLogin(login);
  byId('logout').hidden = access === null;
  byId('user').textContent = viewer.username;
  byId('rights').textContent = viewer.roles.map((role) => rights[role] ?? role).join(', ');
  byId('notice').textContent = overview.notice ?? '';
  byId('notice').hidden = overview.notice === null;
  welcome.hidden = true;
  session.hidden = false;
  explorer.hidden = false;
  tools.hidden = false;
  showExamples(listExamples(overview));
  freeTabKey();
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
  // A link waits for the log-in.
  if (linked) openTab(linked);
  linked = null;
}

/** Back to the log-in, with the reason. What was being written stays. */
function close(reason) {
  forgetAccess();
  keepLogin(null);
  // Not while GraphiQL still waits for the answer that brought us here.
  const old = root;
  root = null;
  setTimeout(() => old?.unmount());
  show(reason);
}

function show(reason) {
  explorer.hidden = true;
  tools.hidden = true;
  byId('notice').hidden = true;
  session.hidden = true;
  welcome.hidden = false;
  byId('login-error').textContent = reason;
  byId('username').focus();
}
