import { Migration } from '@mikro-orm/migrations';

/**
 * A name that is searched is held, as a foreign key would hold it, by the transaction that adds a tag of it: pruning removes names without
 * tags, and would else remove one whose tag it cannot see yet. Names are held in their order, one that is there is not written.
 */
export class Migration20261128003000_searchnames extends Migration {

  override name = 'Migration20261128003000_searchnames';

  override up(): void | Promise<void> {
    this.replace(`left join lateral (select first_id from search_tag where name = shown.name for key share) as known on true
        where known.first_id is null or known.first_id > shown.first_id`);
  }

  /** As they were. */
  override down(): void | Promise<void> {
    this.replace(`where not exists (select 1 from search_tag as known where known.name = shown.name and known.first_id <= shown.first_id)
        order by name`);
  }

  private replace(unknown: string): void {
    for (const [event, tags] of [
      ['insert', 'added where is_hidden = 0'],
      ['update', '(select new.name, new.id) as changed'],
    ])
      this.addSql(`create or replace function search_tag_${event}() returns trigger language plpgsql as $$ begin
        insert into search_tag (name, first_id, text)
          select shown.name, shown.first_id, search_text(shown.name)
          from (select name, min(id) as first_id from ${tags} group by name order by name) as shown
          ${unknown}
        on conflict (name) do update set first_id = least(search_tag.first_id, excluded.first_id);
        return null;
      end $$;`);
  }

}
