-- What happened to a package on each day, for its seller's charts. It follows the counters by itself, one statement for
-- however many of them change, so whoever counts need not know of it.

create table catalog.package_days (
  package_id uuid not null references catalog.packages (id) on delete cascade,
  day date not null,
  views bigint not null default 0,
  downloads bigint not null default 0,
  sales bigint not null default 0,
  primary key (package_id, day)
) with (fillfactor = 70);
comment on table catalog.package_days is 'Views, downloads and sales of a package by day in UTC. A day without any has no row; a refund takes its sale back on the day it happens.';

alter table catalog.package_days enable row level security;
create policy package_days_select_own on catalog.package_days for select to authenticated
  using (catalog.owns_store((select p.store_id from catalog.packages p where p.id = package_id)));
create policy package_days_select_operator on catalog.package_days for select to authenticated
  using ((select identity.is_operator()));
grant select on catalog.package_days to authenticated, service_role;

create function catalog.count_days() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  -- In the order of the ids, as the counters are written, so that two flushers cannot deadlock.
  insert into catalog.package_days as d (package_id, day, views, downloads, sales)
  select n.package_id, (now() at time zone 'UTC')::date, n.view_count - o.view_count,
    n.download_count - o.download_count, n.sold_count - o.sold_count
  from counted n join uncounted o on o.package_id = n.package_id
  where (n.view_count, n.download_count, n.sold_count) is distinct from (o.view_count, o.download_count, o.sold_count)
  order by n.package_id
  on conflict (package_id, day) do update set
    views = d.views + excluded.views, downloads = d.downloads + excluded.downloads, sales = d.sales + excluded.sales;
  return null;
end
$$;
create trigger count_days after update on catalog.package_stats
  referencing old table as uncounted new table as counted
  for each statement execute function catalog.count_days();

create function catalog.seller_days(p_handle text, p_days integer) returns jsonb
language sql stable
set search_path = ''
as $$
  -- The last p_days days of one package, or with null of all the caller's, oldest first and none left out.
  -- Runs with the caller's rights.
  select coalesce(jsonb_agg(jsonb_build_object('day', calendar.day, 'views', coalesce(counted.views, 0),
    'downloads', coalesce(counted.downloads, 0), 'sales', coalesce(counted.sales, 0)) order by calendar.day), '[]')
  from (
    select (now() at time zone 'UTC')::date - back as day from generate_series(0, p_days - 1) back) calendar
  left join (
    select d.day, sum(d.views) as views, sum(d.downloads) as downloads, sum(d.sales) as sales
    from catalog.package_days d
    join catalog.packages p on p.id = d.package_id
    join catalog.stores s on s.id = p.store_id and s.owner_id = (select auth.uid())
    where (p_handle is null or p.handle = p_handle) and d.day > (now() at time zone 'UTC')::date - p_days
    group by d.day) counted on counted.day = calendar.day
$$;

revoke execute on all functions in schema catalog from public;
grant execute on function catalog.seller_days(text, integer) to authenticated;
