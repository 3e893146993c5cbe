/**
 * Every column that holds sealed text, and what its text is bound to: the row and the field. A change of the key walks
 * this list, so what is sealed stands here or is lost with its key; a test finds columns that are missing.
 */
export const sealedColumns = [
  { table: 'registry', column: 'password_sealed', field: 'password' },
  { table: 'registry', column: 'client_certificate_sealed', field: 'client-certificate' },
  { table: 'registry', column: 'proxy_credentials_sealed', field: 'proxy-credentials' },
] as const;

export type SealedField = (typeof sealedColumns)[number]['field'];

/** The text that a secret of a registry is bound to. */
export function contextOf(id: string, field: SealedField): string {
  return `registry:${id}:${field}`;
}
