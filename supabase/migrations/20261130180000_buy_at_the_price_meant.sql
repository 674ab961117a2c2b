-- A purchase that names no price has agreed to none; a key is the same at every door; and a wallet that comes to be while
-- its person buys pays for what they buy.

-- Only these expressions change in it, whatever its newest text is.
do $$
declare
  v_text text := pg_get_functiondef('commerce.sell(uuid, text, bigint, text, uuid, text, bytea)'::regprocedure);
  v_change record;
begin
  for v_change in
    select * from (values
      ('v_offer.price_amount <> p_expected_amount or v_offer.price_currency <> p_expected_currency',
       'v_offer.price_amount is distinct from p_expected_amount
    or v_offer.price_currency is distinct from p_expected_currency'),
      ('perform ledger.lock_wallet(p_buyer_id, v_offer.price_amount);',
       '-- It may have come to be since it was looked for.
    v_offer.wallet_id := ledger.lock_wallet(p_buyer_id, v_offer.price_amount);')) as c (old, new)
  loop
    if position(v_change.old in v_text) = 0 then
      raise exception 'Purchases no longer say: %', v_change.old;
    end if;
    v_text := replace(v_text, v_change.old, v_change.new);
  end loop;
  execute v_text;
end
$$;

create or replace function public.process_purchase(
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
  if p_key !~ '^[!-~]{1,255}$' then
    raise exception 'Idempotency-Key must be 1 to 255 visible ASCII characters.'
      using errcode = 'PT400', detail = 'bad_request';
  end if;
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
