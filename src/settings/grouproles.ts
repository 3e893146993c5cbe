import { isRole, roles as allRoles } from '../domain/account.js';
import type { GroupRole } from '../domain/singlesignon.js';
import { Fault } from './reader.js';

/** `group=role` joined by commas. A group may have anything, percent-encoded: distinguished names have commas. */
export function parseGroupRoles(text: string): GroupRole[] | Fault {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parsePair);
  return pairs.every((pair) => pair !== null)
    ? pairs
    : new Fault(
        `must be pairs group=role joined by commas, a comma in a group as %2C; roles are ${allRoles.join(', ')}; ` +
          'the group * is everybody.',
      );
}

function parsePair(text: string): GroupRole | null {
  const at = text.lastIndexOf('=');
  const role = text.slice(at + 1);
  try {
    const group = decodeURIComponent(text.slice(0, Math.max(at, 0)));
    return group !== '' && isRole(role) ? Object.freeze({ group, role }) : null;
  } catch {
    return null;
  }
}
