import { Migration } from '@mikro-orm/migrations';

/**
 * Full-text indexes of trigrams, which hold no text of their own, kept exact by triggers so that no writer has to know of
 * them. Written by hand: the migrator neither makes nor reads such tables. Each text stands between "<<" and ">", so that a
 * search finds beginnings and ends: see search.ts. A later migration that rebuilds `repository`, `tag` or `image` drops
 * their triggers, and has to make them again.
 */
export class Migration20261123160000_search extends Migration {

  override name = 'Migration20261123160000_search';

  override up(): void | Promise<void> {
    for (const table of ['search_repository', 'search_tag', 'search_label']) {
      this.addSql(`create virtual table ${table} using fts5(text, content='', contentless_delete=1, tokenize='trigram');`);
    }

    this.addSql(`insert into search_repository (rowid, text) select id, '<<' || name || '>' from repository;`);
    this.addSql(`create trigger search_repository_insert after insert on repository begin
      insert into search_repository (rowid, text) values (new.id, '<<' || new.name || '>');
    end;`);
    this.addSql(`create trigger search_repository_update after update of name on repository when old.name is not new.name begin
      delete from search_repository where rowid = old.id;
      insert into search_repository (rowid, text) values (new.id, '<<' || new.name || '>');
    end;`);
    this.addSql(`create trigger search_repository_delete after delete on repository begin
      delete from search_repository where rowid = old.id;
    end;`);

    this.addSql(`insert into search_tag (rowid, text) select id, '<<' || name || '>' from tag where is_hidden = 0;`);
    this.addSql(`create trigger search_tag_insert after insert on tag when new.is_hidden = 0 begin
      insert into search_tag (rowid, text) values (new.id, '<<' || new.name || '>');
    end;`);
    this.addSql(`create trigger search_tag_update after update of name, is_hidden on tag when old.name is not new.name or old.is_hidden is not new.is_hidden begin
      delete from search_tag where rowid = old.id;
      insert into search_tag (rowid, text) select new.id, '<<' || new.name || '>' where new.is_hidden = 0;
    end;`);
    this.addSql(`create trigger search_tag_delete after delete on tag when old.is_hidden = 0 begin
      delete from search_tag where rowid = old.id;
    end;`);

    // The first 256 characters of each label, and 8,192 of them together: a label may hold a whole document.
    const labels = (row: string): string =>
      `substr((select group_concat('<<' || substr(key || '=' || value, 1, 256) || '>', '') from json_each(${row}.labels)), 1, 8192)`;
    this.addSql(`insert into search_label (rowid, text) select id, ${labels('image')} from image where labels <> '{}';`);
    this.addSql(`create trigger search_label_insert after insert on image when new.labels <> '{}' begin
      insert into search_label (rowid, text) values (new.id, ${labels('new')});
    end;`);
    this.addSql(`create trigger search_label_update after update of labels on image when old.labels is not new.labels begin
      delete from search_label where rowid = old.id;
      insert into search_label (rowid, text) select new.id, ${labels('new')} where new.labels <> '{}';
    end;`);
    this.addSql(`create trigger search_label_delete after delete on image when old.labels <> '{}' begin
      delete from search_label where rowid = old.id;
    end;`);
  }

  override down(): void | Promise<void> {
    for (const name of ['repository', 'tag', 'label']) {
      for (const event of ['insert', 'update', 'delete']) this.addSql(`drop trigger if exists search_${name}_${event};`);
      this.addSql(`drop table if exists search_${name};`);
    }
  }

}
