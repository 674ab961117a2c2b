-- What people searched for: their own history, which only they see and can switch off, and what is popular, which holds
-- no person: a search counts once a person and day, by a hash whose salt is thrown away.

create table identity.search_history (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  query text not null check (char_length(query) between 1 and 200),
  created_at timestamptz not null default now()
);
comment on table identity.search_history is 'The last searches of each person who keeps them. Written through catalog.remember_search.';
create index search_history_newest_first on identity.search_history (user_id, created_at desc);

create table identity.search_preferences (
  user_id uuid primary key references auth.users (id) on delete cascade,
  keeps_history boolean not null default true
);
comment on table identity.search_preferences is 'Who wants no search history. Without a row it is kept.';

create table catalog.search_salts (
  day date primary key,
  salt uuid not null default gen_random_uuid()
);
comment on table catalog.search_salts is 'A random salt a day, deleted after two: older sightings cannot be told whose they are.';

create table catalog.search_sightings (
  query text not null,
  day date not null,
  visitor bytea not null,
  primary key (query, day, visitor)
);
comment on table catalog.search_sightings is 'That somebody searched for this on that day, once a person. Kept for 14 days.';
create index search_sightings_by_day on catalog.search_sightings (day);

create table catalog.popular_searches (
  query text primary key,
  search_count integer not null,
  is_trending boolean not null default false,
  updated_at timestamptz not null default now()
);
comment on table catalog.popular_searches is
  'Searches that several people made lately, the older ones counting less. search_count is rounded up.';
create index popular_searches_most_first on catalog.popular_searches (search_count desc) include (query, is_trending);
create index popular_searches_by_beginning on catalog.popular_searches (query collate "C");

alter table identity.search_history enable row level security;
alter table identity.search_preferences enable row level security;
alter table catalog.search_salts enable row level security;
alter table catalog.search_sightings enable row level security;
alter table catalog.popular_searches enable row level security;
create policy search_history_select_own on identity.search_history for select to authenticated
  using (user_id = (select auth.uid()));
create policy search_history_delete_own on identity.search_history for delete to authenticated
  using (user_id = (select auth.uid()));
create policy search_preferences_select_own on identity.search_preferences for select to authenticated
  using (user_id = (select auth.uid()));
create policy search_preferences_insert_own on identity.search_preferences for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy search_preferences_update_own on identity.search_preferences for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy popular_searches_select_everyone on catalog.popular_searches for select to anon, authenticated using (true);
grant select, delete on identity.search_history to authenticated;
grant select, insert, update on identity.search_preferences to authenticated;
grant select on catalog.popular_searches to anon, authenticated;
grant select, insert, update, delete on identity.search_history, identity.search_preferences, catalog.popular_searches
  to service_role;

create function catalog.remember_search(p_query text) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  c_history_max constant integer := 100;
  v_user_id uuid := (select auth.uid());
  v_query text := left(btrim(regexp_replace(p_query, '\s+', ' ', 'g')), 200);
  v_plain text := catalog.plain_words(p_query);
begin
  -- Adds to the caller's history unless they keep none, and counts the search for today. Only words that entries use are
  -- counted, so that nothing private that somebody pasted can become popular. Nobody but signed-in people is counted: an
  -- address of a machine is cheap, an account is not.
  if v_query = '' or v_user_id is null then
    return;
  end if;
  if not exists (
    select from identity.search_preferences s where s.user_id = v_user_id and not s.keeps_history) then
    delete from identity.search_history h where h.user_id = v_user_id and lower(h.query) = lower(v_query);
    insert into identity.search_history (user_id, query) values (v_user_id, v_query);
    delete from identity.search_history h where h.user_id = v_user_id and h.id <= (
      select o.id from identity.search_history o where o.user_id = v_user_id order by o.created_at desc, o.id desc
      offset c_history_max limit 1);
  end if;
  if char_length(v_plain) not between 2 and 60 or exists (
    select from unnest(string_to_array(v_plain, ' ')) word
    where not exists (select from catalog.search_terms t where t.term = word)) then
    return;
  end if;
  insert into catalog.search_salts (day) values (current_date) on conflict do nothing;
  insert into catalog.search_sightings (query, day, visitor)
  select v_plain, current_date, substr(sha256(convert_to(s.salt::text || v_user_id::text, 'UTF8')), 1, 12)
  from catalog.search_salts s where s.day = current_date
  on conflict do nothing;
end
$$;

create function catalog.refresh_popular_searches() returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
  c_people_min constant integer := 3;
  v_count integer;
begin
  -- A search is popular when three people or more made it on one of the last 14 days; each day weighs a fifth less than
  -- the next. Across days nobody can be told apart, hence on one day: one person's patience gets nowhere.
  -- It trends when today's and yesterday's people are at least five and thrice what the days before would let expect.
  delete from catalog.search_salts where day < current_date - 1;
  delete from catalog.search_sightings where day < current_date - 14;
  with weighed as (
    select s.query, ceil(sum(power(0.8, current_date - s.day)))::int as search_count,
      count(*) filter (where s.day >= current_date - 1) as recent,
      count(*) filter (where s.day < current_date - 1) / 12.0 as daily_before
    from catalog.search_sightings s
    join (select query, day, count(*) from catalog.search_sightings group by query, day) people using (query, day)
    group by s.query
    having max(people.count) >= c_people_min
    order by 2 desc, 1 limit 10000
  ), gone as (
    delete from catalog.popular_searches p where not exists (select from weighed w where w.query = p.query)
  )
  insert into catalog.popular_searches as p (query, search_count, is_trending)
  select w.query, w.search_count, w.recent >= 5 and w.recent >= 3 * greatest(0.5, 2 * w.daily_before) from weighed w
  on conflict (query) do update set search_count = excluded.search_count, is_trending = excluded.is_trending,
    updated_at = now()
  where (p.search_count, p.is_trending) is distinct from (excluded.search_count, excluded.is_trending);
  select count(*) into v_count from catalog.popular_searches;
  return v_count;
end
$$;

create function catalog.suggest_beginnings(p_text text) returns jsonb
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_custom_plan
as $$
declare
  c_end constant text := U&'\+10FFFF';
  v_text text := lower(btrim(p_text));
  v_tags jsonb;
begin
  -- Popular searches, tags and handles that begin so, at most eight each. A tag is found by its key, its value or key:value.
  if v_text = '' then
    return jsonb_build_object('queries', '[]'::jsonb, 'tags', '[]'::jsonb, 'handles', '[]'::jsonb);
  end if;
  if char_length(v_text) <= 2 then
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      select k.key, k.document_count from (
        select k.key, k.document_count from catalog.search_keys k where k.key like 't:%'
        order by k.document_count desc limit 3000) k
      where starts_with(k.key, 't:' || v_text) or starts_with(split_part(k.key, ':', 3), v_text)
      order by k.document_count desc limit 8) found;
  else
    select jsonb_agg(jsonb_build_array(found.key, found.document_count)) into v_tags from (
      (select k.key, k.document_count from catalog.search_keys k
        where k.key >= 't:' || v_text and k.key < 't:' || v_text || c_end order by k.document_count desc limit 8)
      union
      (select k.key, k.document_count from catalog.search_keys k
        where k.key like 't:%' and split_part(k.key, ':', 3) collate "C" >= v_text
          and split_part(k.key, ':', 3) collate "C" < v_text || c_end
        order by k.document_count desc limit 8)
      order by 2 desc limit 8) found;
  end if;
  return jsonb_build_object(
    'queries', (select coalesce(jsonb_agg(found.query), '[]') from (
      select q.query from catalog.popular_searches q
      where q.query collate "C" >= v_text and q.query collate "C" < v_text || c_end
      order by q.search_count desc, q.query limit 8) found),
    'tags', coalesce(v_tags, '[]'),
    'handles', (select coalesce(jsonb_agg(found.entry), '[]') from (
      select r.entry from catalog.marketplace_catalog_rows r
      where strpos(v_text, '/') > 1 and r.handle collate "C" >= v_text and r.handle collate "C" < v_text || c_end
      order by r.handle collate "C", r.row_id limit 8) found));
end
$$;
create index search_keys_tag_values on catalog.search_keys (split_part(key, ':', 3) collate "C") where key like 't:%';

create or replace function public.refresh_marketplace_views() returns jsonb
language plpgsql security definer
set search_path = ''
-- The REST API applies this before it calls; its usual limit is for requests that somebody waits for.
set statement_timeout = '2min'
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_duration_ms integer;
begin
  -- Refreshes the views without blocking readers, and what searching counts in batches. One refresher at a time: a
  -- second one is told so and does nothing.
  if not pg_try_advisory_xact_lock(hashtext('refresh_marketplace_views')) then
    return jsonb_build_object('refreshed', false, 'reason', 'another refresh is running');
  end if;
  refresh materialized view concurrently catalog.mv_hot_products;
  refresh materialized view concurrently catalog.mv_category_counts;
  refresh materialized view concurrently catalog.mv_home_shelves;
  perform catalog.refresh_popular_searches();
  -- How common words are changes slowly: once an hour, or each time while they are few.
  if exists (select from catalog.search_statistics s where s.refreshed_at < now() - interval '1 hour'
    or s.row_count < 20000) then
    perform catalog.refresh_search_statistics();
  end if;
  v_duration_ms := extract(milliseconds from clock_timestamp() - v_started_at)::integer
    + 60000 * extract(minute from clock_timestamp() - v_started_at)::integer;
  insert into catalog.view_refreshes (started_at, duration_ms, refreshed_views)
  values (v_started_at, v_duration_ms, array['mv_hot_products', 'mv_category_counts', 'mv_home_shelves']);
  delete from catalog.view_refreshes where started_at < now() - interval '30 days';
  return jsonb_build_object('refreshed', true, 'durationMs', v_duration_ms);
end
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.remember_search(text) to authenticated;
grant execute on function catalog.refresh_popular_searches() to service_role;
grant execute on function catalog.suggest_beginnings(text) to anon, authenticated, service_role;
