import type { Viewer } from '../../domain/account.js';
import { type EventIds, plainIds, sealedIdMark } from '../../domain/event.js';
import type { NumberCode } from '../../store/keys/numbercode.js';
import { listVisiblePlaces } from '../visibility.js';

/**
 * The ids of events as a viewer is told them. Numbers tell how many events lie between two of them: whoever does not
 * see all is given texts that nobody can count by, and the same ones by each gateway. Such a viewer goes on after none
 * but those, and 0: by numbers it could try which of them are of events that it sees.
 */
export function createEventIds(viewer: Viewer | null, code: NumberCode): EventIds {
  const readSealed = (text: string): number | null =>
    text.startsWith(sealedIdMark) ? code.read(text.slice(sealedIdMark.length)) : null;
  if (listVisiblePlaces(viewer) === null)
    return { ...plainIds, read: (text) => plainIds.read(text) ?? readSealed(text) };
  return {
    write: (id) => sealedIdMark + code.write(id),
    read: (text) => (text === '0' ? 0 : readSealed(text)),
  };
}
