/**
 * Where an address leads that was copied when the explorer was at the gateway's root, `#query=…&variables=…`: the same
 * operation in the explorer. `root`: the gateway's own address. null: it is of the console.
 */
export function locateShared(hash: string, root: string): string | null {
  return /^#(?:.*&)?query=/.test(hash) ? new URL(`explorer${hash}`, root).href : null;
}
