/**
 * Proof of a lease, for writes: it stands in the transaction of each write, which is refused once somebody else has the
 * lease. Of two fences of one name the later has the higher token.
 */
export interface Fence {
  /** Of the lease. */
  readonly name: string;
  readonly token: number;
}
