import { deadAfter, hasSpoken } from '../leases/replica.js';
import { channel } from './sharedwriter.js';

/** The answer of the server to a look at the changes that are counted. */
export interface AnsweredLook {
  /** Of transactions: all below `until` had ended but those that are `open`. */
  readonly until: string;
  readonly open: readonly string[];
  /** When the server was started: another one may lack what this one had committed. */
  readonly server: string;
  /** By its clock. */
  readonly now: string;
  readonly listens: boolean;
  /** The changes that were counted since the look before, or ever; null: none. */
  readonly told: string | null;
  readonly replicas: string;
}

/**
 * A change is counted under the number of its transaction. Those that the look before could not see had not ended then,
 * or not begun: however long one of them lasts, a change is given once.
 */
export const looking = `select pg_snapshot_xmax(pg_current_snapshot())::text as until,
  array(select pg_snapshot_xip(pg_current_snapshot())::text) as open,
  extract(epoch from pg_postmaster_start_time())::text as server,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
  exists (select from pg_listening_channels() as listened where listened = '${channel}') as listens,
  (select json_agg(json_build_array(name, value))::text from generation
    where changed >= $1::bigint or changed = any($2::bigint[])) as told,
  (select count(*) from replica where ${hasSpoken(deadAfter)}) as replicas`;
