-- The door to buying for clients that talk to Supabase directly: the edge function process-purchase, or supabase-js.

create function public.process_purchase(
  p_handle text, p_expected_amount bigint, p_expected_currency text, p_key text default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_message text;
  v_code text;
  v_path text;
begin
  -- As POST /api/purchases does it, down to the fingerprint: a key is one key at both doors, whoever made the request.
  return commerce.purchase(p_handle, p_expected_amount, p_expected_currency, p_key,
    sha256(convert_to(format('["POST /api/purchases",%s,%s,%s]', to_json(p_handle), p_expected_amount,
      to_json(p_expected_currency)), 'UTF8')));
exception when others then
  if sqlstate not like 'SK___' then
    raise;
  end if;
  -- What we refuse is no fault of the server: PT and a status is how the REST API is told so.
  get stacked diagnostics v_message = message_text, v_code = pg_exception_detail, v_path = pg_exception_hint;
  raise exception '%', v_message using errcode = 'PT' || substr(sqlstate, 3), detail = v_code, hint = v_path;
end
$$;
comment on function public.process_purchase(text, bigint, text, text) is
  'Buys a package for the signed-in caller at the price they expect, once for each key.';

revoke execute on function public.process_purchase(text, bigint, text, text) from public, anon, service_role;
grant execute on function public.process_purchase(text, bigint, text, text) to authenticated;
