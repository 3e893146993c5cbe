import { Migration } from '@mikro-orm/migrations';

/**
 * The letters beyond ASCII that SQLite's full-text tables take for another, as `first-last/step+distance` in hexadecimal, the distance in
 * decimal: Unicode's simple case folding, as of sqlite.org 3.53. No collation of the server has to know of it, and both engines find the
 * same.
 */
const folding = 'b5+775 c0-d6/1+32 d8-de/1+32 100-12e/2+1 132-136/2+1 139-147/2+1 14a-176/2+1 178-121 179-17d/2+1 17f-268 181+210 182-184/2+1 186+206 187+1 189-18a/1+205 18b+1 18e+79 18f+202 190+203 191+1 193+205 194+207 196+211 197+209 198+1 19c+211 19d+213 19f+214 1a0-1a4/2+1 1a6+218 1a7+1 1a9+218 1ac+1 1ae+218 1af+1 1b1-1b2/1+217 1b3-1b5/2+1 1b7+219 1b8+1 1bc+1 1c4+2 1c5+1 1c7+2 1c8+1 1ca+2 1cb-1db/2+1 1de-1ee/2+1 1f1+2 1f2-1f4/2+1 1f6-97 1f7-56 1f8-21e/2+1 220-130 222-232/2+1 23a+10795 23b+1 23d-163 23e+10792 241+1 243-195 244+69 245+71 246-24e/2+1 345+116 370-372/2+1 376+1 386+38 388-38a/1+37 38c+64 38e-38f/1+63 391-3a1/1+32 3a3-3ab/1+32 3c2+1 3cf+8 3d0-30 3d1-25 3d5-15 3d6-22 3d8-3ee/2+1 3f0-54 3f1-48 3f4-60 3f5-64 3f7+1 3f9-7 3fa+1 3fd-3ff/1-130 400-40f/1+80 410-42f/1+32 460-480/2+1 48a-4be/2+1 4c0+15 4c1-4cd/2+1 4d0-526/2+1 531-556/1+48 10a0-10c5/1+7264 10c7+7264 10cd+7264 1e00-1e94/2+1 1e9b-58 1e9e-7615 1ea0-1efe/2+1 1f08-1f0f/1-8 1f18-1f1d/1-8 1f28-1f2f/1-8 1f38-1f3f/1-8 1f48-1f4d/1-8 1f59-1f5f/2-8 1f68-1f6f/1-8 1f88-1f8f/1-8 1f98-1f9f/1-8 1fa8-1faf/1-8 1fb8-1fb9/1-8 1fba-1fbb/1-74 1fbc-9 1fbe-7173 1fc8-1fcb/1-86 1fcc-9 1fd8-1fd9/1-8 1fda-1fdb/1-100 1fe8-1fe9/1-8 1fea-1feb/1-112 1fec-7 1ff8-1ff9/1-128 1ffa-1ffb/1-126 1ffc-9 2126-7517 212a-8383 212b-8262 2132+28 2160-216f/1+16 2183+1 24b6-24cf/1+26 2c00-2c2e/1+48 2c60+1 2c62-10743 2c63-3814 2c64-10727 2c67-2c6b/2+1 2c6d-10780 2c6e-10749 2c6f-10783 2c70-10782 2c72+1 2c75+1 2c7e-2c7f/1-10815 2c80-2ce2/2+1 2ceb-2ced/2+1 2cf2+1 a640-a66c/2+1 a680-a696/2+1 a722-a72e/2+1 a732-a76e/2+1 a779-a77b/2+1 a77d-35332 a77e-a786/2+1 a78b+1 a78d-42280 a790-a792/2+1 a7a0-a7a8/2+1 a7aa-42308 ff21-ff3a/1+32 10400-10427/1+40';

/**
 * What search looks in: names and labels between "<<" and ">", as in SQLite's full-text tables, kept exact by triggers so that no writer
 * has to know of them. An index has every three characters that follow each other, which needs no extension: see
 * store/queries/trigrams.ts. Written by hand: the migrator does not look at such tables.
 */
export class Migration20261127204300_search extends Migration {

  override name = 'Migration20261127204300_search';

  override up(): void | Promise<void> {
    // That of a trigger, which follows: an index alone takes a weaker lock, and a writer and this would wait for each
    // other.
    this.addSql(`lock table "tag" in share row exclusive mode;`);
    this.addSql(`create index "tag_name_is_hidden_id_index" on "tag" ("name", "is_hidden", "id");`);

    const [from, to] = listFolded();
    this.addSql(`create function search_fold(text) returns text language sql immutable parallel safe as $$
      select case when octet_length($1) = length($1) or $1 !~ '[${from}]' then lower($1 collate "C")
        else translate(lower($1 collate "C"), '${from}', '${to}') end $$;`);
    this.addSql(`create function search_text(text) returns text language sql immutable parallel safe as $$
      select '<<' || search_fold($1) || '>' $$;`);
    // The first way is faster for names, and takes the square of the length. The cost keeps a plan from asking it of every row.
    this.addSql(`create function search_grams(text) returns text[] language sql immutable strict parallel safe cost 1000 as $$
      select case when length($1) < 1000 then array(select substr($1, n, 3) from generate_series(1, length($1) - 2) as n)
        else array(select distinct gram from (
          select one || lead(one) over list || lead(one, 2) over list as gram
          from unnest(string_to_array($1, null)) with ordinality as character(one, place) window list as (order by place)) as grams
          where gram is not null) end $$;`);

    for (const [table, columns] of [
      // `is_shown`: it is not known to be empty.
      ['search_repository', 'id bigint primary key references repository (id) on delete cascade, registry_id text collate "C" not null, is_shown smallint not null'],
      ['search_label', 'id bigint primary key references image (id) on delete cascade'],
      // Each name once. `first_id`: no shown tag of the name has a smaller id. A name may be left without tags.
      ['search_tag', 'name text collate "C" primary key, first_id bigint not null'],
    ] as const) {
      this.addSql(`create table ${table} (${columns}, text text collate "C" not null);`);
      // What is not sorted in yet is looked through by each search.
      this.addSql(`create index ${table}_text_index on ${table} using gin (search_grams(text)) with (gin_pending_list_limit = 256);`);
    }
    this.keepRepositories();
    this.keepTags();
    this.keepLabels();
  }

  keepRepositories(): void {
    const isShown = (row: string): string => `case when ${row}tag_count = 0 and ${row}tags_confirmed_at is not null then 0 else 1 end`;
    const add = (repositories: string): string => `insert into search_repository (id, registry_id, is_shown, text)
      select id, registry_id, ${isShown('')}, search_text(name) from ${repositories};`;
    this.addSql(add('repository'));
    this.addSql(`create function search_repository_insert() returns trigger language plpgsql as $$ begin
      ${add('added')}
      return null;
    end $$;`);
    this.addSql(`create trigger search_repository_insert after insert on repository referencing new table as added
      for each statement execute function search_repository_insert();`);
    this.addSql(`create function search_repository_update() returns trigger language plpgsql as $$ begin
      update search_repository set is_shown = ${isShown('new.')}, text = search_text(new.name) where id = new.id;
      return null;
    end $$;`);
    this.addSql(`create trigger search_repository_update after update of name, tag_count, tags_confirmed_at on repository for each row
      when (old.name is distinct from new.name or ${isShown('old.')} <> ${isShown('new.')})
      execute function search_repository_update();`);
  }

  /**
   * Names are written in their order, by every transaction: two that add the same ones in another order would wait for each other. One that
   * is there is left alone, and is not waited for.
   */
  keepTags(): void {
    const add = (tags: string): string => `insert into search_tag (name, first_id, text)
      select name, first_id, search_text(name) from (select name, min(id) as first_id from ${tags} group by name) as shown
        where not exists (select 1 from search_tag as known where known.name = shown.name and known.first_id <= shown.first_id)
        order by name
      on conflict (name) do update set first_id = least(search_tag.first_id, excluded.first_id);`;
    this.addSql(add('tag where is_hidden = 0'));
    this.addSql(`create function search_tag_insert() returns trigger language plpgsql as $$ begin
      ${add('added where is_hidden = 0')}
      return null;
    end $$;`);
    this.addSql(`create trigger search_tag_insert after insert on tag referencing new table as added
      for each statement execute function search_tag_insert();`);
    this.addSql(`create function search_tag_update() returns trigger language plpgsql as $$ begin
      ${add('(select new.name, new.id) as changed')}
      return null;
    end $$;`);
    this.addSql(`create trigger search_tag_update after update of name, is_hidden on tag
      for each row when (new.is_hidden = 0 and (old.name is distinct from new.name or old.is_hidden <> 0))
      execute function search_tag_update();`);
  }

  keepLabels(): void {
    // JSON.stringify writes half a character, and the character 0, by their numbers, which PostgreSQL's JSON refuses. As on SQLite the
    // first 256 characters of each label, and 8,192 of them together: a label may hold a whole document.
    this.addSql(`create function search_labels(text) returns text language sql immutable strict parallel safe as $$
      select search_fold(substr(coalesce(string_agg('<<' || substr(key || '=' || value, 1, 256) || '>', '' order by place), ''), 1, 8192))
        from json_each_text(regexp_replace($1, '\\\\u(0000|d[89a-f][0-9a-f]{2})', '\\\\ufffd', 'g')::json)
          with ordinality as label(key, value, place) $$;`);
    this.addSql(`insert into search_label (id, text) select id, search_labels(labels) from image where labels <> '{}';`);
    this.addSql(`create function search_label_insert() returns trigger language plpgsql as $$ begin
      insert into search_label (id, text) select id, search_labels(labels) from added where labels <> '{}';
      return null;
    end $$;`);
    this.addSql(`create trigger search_label_insert after insert on image referencing new table as added
      for each statement execute function search_label_insert();`);
    this.addSql(`create function search_label_update() returns trigger language plpgsql as $$ begin
      delete from search_label where id = new.id;
      insert into search_label (id, text) select new.id, search_labels(new.labels) where new.labels <> '{}';
      return null;
    end $$;`);
    this.addSql(`create trigger search_label_update after update of labels on image
      for each row when (old.labels is distinct from new.labels) execute function search_label_update();`);
  }

  override down(): void | Promise<void> {
    for (const [name, table] of [['repository', 'repository'], ['tag', 'tag'], ['label', 'image']]) {
      for (const event of ['insert', 'update']) {
        this.addSql(`drop trigger if exists search_${name}_${event} on "${table}";`);
        this.addSql(`drop function if exists search_${name}_${event};`);
      }
      this.addSql(`drop table if exists search_${name};`);
    }
    for (const name of ['labels', 'grams', 'text', 'fold']) this.addSql(`drop function if exists search_${name}(text);`);
    this.addSql(`drop index "tag_name_is_hidden_id_index";`);
  }

}

/** The letters, and what each of them is taken for, in the same order. */
function listFolded(): readonly [string, string] {
  const [from, to]: [string[], string[]] = [[], []];
  for (const range of folding.split(' ')) {
    const [, first = '', last = first, step = '1', distance = ''] = /^([0-9a-f]+)(?:-([0-9a-f]+)\/(\d))?([+-]\d+)$/.exec(range) ?? [];
    for (let code = parseInt(first, 16); code <= parseInt(last, 16); code += Number(step)) {
      from.push(String.fromCodePoint(code));
      to.push(String.fromCodePoint(code + Number(distance)));
    }
  }
  return [from.join(''), to.join('')];
}
