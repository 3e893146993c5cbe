import { isBefore, type NamePage } from '../../../src/demo/registry/listing.js';

/** One page of a catalogue. */
export interface WalkedPage extends NamePage {
  /** A name was found after the page was full. */
  readonly overflow: boolean;
}

interface Directory {
  repository: boolean;
  readonly children: Map<string, Directory>;
}

/**
 * Distribution's walk over its directories. A repository is met as the entry `_layers` inside its own directory, and
 * "_" sorts after digits: so `dig/0x` is met before `dig`, while `last` is compared as if `dig` came first. And a full
 * page is only noticed at the next directory that is not such an entry. Together these lose parents, or the rest of the
 * catalogue.
 */
export function walkPage(names: readonly string[], n: number, last: string): WalkedPage {
  const found: string[] = [];
  let more = false;
  const walk = (directory: Directory, path: string): void => {
    const entries = [...directory.children.keys(), ...(directory.repository ? ['_layers'] : [])].sort();
    for (const entry of entries) {
      const child = directory.children.get(entry);
      if (!child) {
        if (isBefore(last, path)) found.push(path);
      } else if (found.length === n) more = true;
      else walk(child, path ? `${path}/${entry}` : entry);
    }
  };
  walk(buildTree(names), '');
  return { names: found.slice(0, n), more, overflow: found.length > n && !more };
}

function buildTree(names: readonly string[]): Directory {
  const root: Directory = { repository: false, children: new Map() };
  for (const name of names) {
    let at = root;
    for (const part of name.split('/')) {
      const next = at.children.get(part) ?? { repository: false, children: new Map() };
      at.children.set(part, next);
      at = next;
    }
    at.repository = true;
  }
  return root;
}
