import { Migration } from '@mikro-orm/migrations';

/**
 * Events get their ids as they are written, and show as they are committed: of two transactions at once the one with the
 * later ids may end first, and a reader that went on after those would never see the others. So each transaction that
 * writes events has a lock, shared with all others, that has in it the last id given before: the ids below all of these
 * are settled. Nobody waits for it, and a transaction of something else, however long, holds up nothing.
 */
export class Migration20261127203000_eventorder extends Migration {

  override name = 'Migration20261127203000_eventorder';

  override up(): void | Promise<void> {
    this.addSql(`create function last_event_given() returns bigint language sql volatile as
      $$ select case when is_called then last_value else last_value - 1 end from event_id_seq $$;`);
    // Once in a transaction: ids that it takes later are later. 7270620 is any number that nobody else locks by.
    this.addSql(`create function hold_event_ids() returns trigger language plpgsql as $$ begin
      if coalesce(current_setting('registry_gateway.holds_event_ids', true), '') = '' then
        perform pg_advisory_xact_lock_shared(7270620, (last_event_given() % 2147483648)::integer);
        perform set_config('registry_gateway.holds_event_ids', 'yes', true);
      end if;
      return null;
    end $$;`);
    this.addSql(`create trigger event_held before insert on "event" for each statement execute function hold_event_ids();`);
    // The ids given come first, then the locks: who has taken one of those ids has its lock, or has ended.
    this.addSql(`create function last_event_settled() returns bigint language plpgsql volatile as $$
      declare given bigint; held bigint;
      begin
        given := last_event_given();
        select max((given - objid::bigint) & 2147483647) into held from pg_locks
          where locktype = 'advisory' and classid = 7270620 and objsubid = 2
            and database = (select oid from pg_database where datname = current_database());
        return given - coalesce(held, 0);
      end $$;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function if exists hold_event_ids cascade;`);
    this.addSql(`drop function if exists last_event_settled;`);
    this.addSql(`drop function if exists last_event_given;`);
  }

}
