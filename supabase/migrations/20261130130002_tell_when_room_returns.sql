-- Who has too many files waiting is told when the first of them goes.

create function catalog.seconds_to_upload_room(p_user_id uuid) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  -- Until catalog.doom_artefacts ends the next of their uploads: a day after it arrived, two hours after it stopped arriving.
  return (
    select greatest(1, ceil(extract(epoch from min(
      greatest(u.created_at + interval '2 hours', u.completed_at + interval '24 hours')) - now())))::integer
    from catalog.uploads u where u.user_id = p_user_id);
end
$$;
revoke execute on function catalog.seconds_to_upload_room(uuid) from public;

do $$
declare
  v_source text := pg_get_functiondef('catalog.begin_upload(text, text, text, text, bigint, integer)'::regprocedure);
  v_refusal text := $text$'Too many of your files wait for their version. Publish it, or delete uploads that you do not need.')$text$;
begin
  -- Only the hint of that refusal is new.
  if position(v_refusal in v_source) = 0 then
    raise exception 'begin_upload does not refuse for want of room';
  end if;
  execute replace(v_source, v_refusal,
    rtrim(v_refusal, ')') || ', catalog.seconds_to_upload_room(v_user_id)::text)');
end
$$;
