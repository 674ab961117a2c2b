-- Refreshes the materialized views every five minutes on databases that have a scheduler of their own (Supabase Cron).
-- Elsewhere, as on the embedded database, the same refresh is called from outside through an edge function.

do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron with schema pg_catalog;
  end if;
exception when others then
  -- Installed on the machine but not enabled for this database: only its administrator can change that.
  raise warning 'pg_cron is not usable here (%); schedule public.refresh_marketplace_views() by other means.', sqlerrm;
end
$$;

do $$
begin
  if to_regprocedure('cron.schedule(text,text,text)') is not null then
    -- A job of the same name is replaced, so this may run again.
    perform cron.schedule('refresh-marketplace-views', '*/5 * * * *', 'select public.refresh_marketplace_views()');
  end if;
end
$$;
