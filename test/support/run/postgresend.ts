/** Ends the server of a run on PostgreSQL. */
export default async function stopServer(): Promise<void> {
  await (globalThis as { stopServer?: () => Promise<void> }).stopServer?.();
}
