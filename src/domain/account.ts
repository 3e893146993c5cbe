/**
 * The rights of an account, or of a token of it. `admin` may do everything; `registries:rw` may read, attach and detach
 * registries, delete and put back; `registries:ro` may read.
 */
export const roles = ['admin', 'registries:rw', 'registries:ro'] as const;
export type Role = (typeof roles)[number];

/** Who is asking, with what rights. */
export interface Viewer {
  readonly accountId: string;
  readonly username: string;
  readonly roles: readonly Role[];
}

export function isRole(text: unknown): text is Role {
  return roles.includes(text as Role);
}

/** `[a-z0-9._@-]{1,64}`: no colon, which ends it in X-Access-Token, and no case to confuse. */
export function isUsername(text: string): boolean {
  return /^[a-z0-9._@-]{1,64}$/.test(text);
}
