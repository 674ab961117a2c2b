-- What a store earned by use, day by day, without reading its sales.
-- souk: no transaction
create index concurrently if not exists transactions_of_usage on ledger.transactions (provider_id, created_at)
  where kind = 'metering_charge';
