import { createRoot } from 'react-dom/client';
import { Console } from './console.js';
import { openKept } from './kept/kept.js';
import { locateShared } from './pure/shared.js';
import { followLook } from './shell/theme.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';
import './styles/grid.css';
import './styles/dialog.css';
import './styles/panel.css';
import './styles/contrast.css';

const shared = locateShared(location.hash, document.baseURI);
if (shared !== null) location.replace(shared);
else {
  const kept = openKept();
  followLook(kept);
  createRoot(document.getElementById('app')!).render(<Console entrance={document.body.dataset} kept={kept} />);
}
