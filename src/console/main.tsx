import { createRoot } from 'react-dom/client';
import { locateShared } from './pure/shared.js';

const shared = locateShared(location.hash, document.baseURI);
const place = document.getElementById('console');
if (shared !== null) location.replace(shared);
else if (place) createRoot(place).render(<Console />);

function Console() {
  return (
    <main>
      <h1>Registries</h1>
      <p>
        The API is to be tried in the <a href="explorer">explorer</a>.
      </p>
    </main>
  );
}
