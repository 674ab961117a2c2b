-- The ledger: accounts, transactions and entries that nobody can rewrite, the states of a transaction, and the three
-- work tables (holds, earnings, payouts) that say what of it is still to happen. Money moves only through its functions.

create schema ledger;
comment on schema ledger is 'Double entry in integer minor units. Positive balances are what the platform owes or has earned.';
grant usage on schema ledger to authenticated, service_role;

-- Enumerations rather than lists in checks: a check's text is parsed anew by every insert, which a sale would feel.
create type ledger.currency as enum ('USD', 'CRD');
create type ledger.account_kind as enum (
  'wallet', 'wallet_held', 'receivable', 'topup_disputed',
  'seller_held', 'seller_payable', 'seller_disputed', 'payout_transit',
  'platform_revenue', 'promotion', 'conversion', 'stripe_clearing', 'stripe_fees');
create type ledger.transaction_kind as enum (
  'top_up', 'top_up_reversal', 'grant', 'purchase', 'hold', 'hold_extension', 'capture', 'metering_charge',
  'hold_release', 'earning_release', 'refund', 'dispute_open', 'dispute_upheld', 'payout', 'payout_paid',
  'payout_failed', 'stripe_fee');
create type ledger.transaction_status as enum (
  'pending', 'settled', 'voided', 'expired', 'disputed', 'refunded', 'upheld');

create table ledger.accounts (
  id bigint generated always as identity primary key,
  kind ledger.account_kind not null,
  owner_id uuid not null default '00000000-0000-0000-0000-000000000000',
  currency ledger.currency not null,
  stripe smallint not null default 0,
  balance bigint not null default 0,
  -- Null where the balance may go below zero: what is owed to us, and what others hold for us.
  minimum bigint generated always as (case when kind in (
    'wallet', 'wallet_held', 'topup_disputed', 'seller_held', 'seller_disputed', 'payout_transit') then 0 end) stored,
  entry_count bigint not null default 0,
  head_hash bytea not null,
  created_at timestamptz not null default now(),
  unique (kind, owner_id, currency, stripe),
  -- What was never paid in cannot be paid out.
  constraint accounts_never_below_zero check (balance >= minimum)
) with (fillfactor = 60);
comment on table ledger.accounts is 'Balance and head of the hash chain of each account. The owner is a person (wallets), a store (sellers) or nobody (the platform). Accounts that many sales touch at once exist in several stripes.';
create index accounts_by_owner on ledger.accounts (owner_id) where owner_id <> '00000000-0000-0000-0000-000000000000';

create table ledger.transactions (
  id uuid primary key,
  kind ledger.transaction_kind not null,
  initial_status ledger.transaction_status not null,
  payer_id uuid,
  provider_id uuid,
  subject text not null,
  amount bigint not null,
  currency ledger.currency not null,
  parent_id uuid references ledger.transactions (id),
  idempotency_key text,
  context jsonb not null,
  evidence jsonb not null,
  created_by uuid,
  created_at timestamptz not null,
  written_in xid8 not null default pg_current_xact_id(),
  hash bytea not null,
  constraint transactions_amount_positive check (amount >= 0)
);
comment on table ledger.transactions is 'What happened, once: payer (a person), provider (a store), subject (a handle or a capability), amount, context and evidence. Never changed; ledger.transitions says what became of it.';
create unique index transactions_by_key on ledger.transactions (idempotency_key) where idempotency_key is not null;
create index transactions_by_parent on ledger.transactions (parent_id) where parent_id is not null;
-- Rows arrive in the order of time, so a coarse index finds a day.
create index transactions_by_time on ledger.transactions using brin (created_at);

create table ledger.entries (
  transaction_id uuid not null,
  leg smallint not null,
  account_id bigint not null,
  sequence bigint not null,
  amount bigint not null,
  currency ledger.currency not null,
  balance_after bigint not null,
  created_at timestamptz not null,
  hash bytea not null,
  primary key (transaction_id, leg),
  unique (account_id, sequence)
);
comment on table ledger.entries is 'One leg of a transaction on one account. The hash covers the transaction, the leg and the account''s previous entry, so that each account is a chain. Two triggers do what foreign keys would, once a transaction rather than once a leg.';

create table ledger.transitions (
  transaction_id uuid not null references ledger.transactions (id),
  sequence smallint not null check (sequence > 0),
  from_status ledger.transaction_status not null,
  to_status ledger.transaction_status not null,
  movement_id uuid references ledger.transactions (id),
  reason text not null default '' check (char_length(reason) <= 2000),
  evidence jsonb not null,
  actor_id uuid,
  created_at timestamptz not null,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (transaction_id, sequence),
  check ((from_status, to_status) in (
    ('pending', 'settled'), ('pending', 'voided'), ('pending', 'expired'),
    ('settled', 'disputed'), ('settled', 'refunded'), ('disputed', 'refunded'), ('disputed', 'upheld')))
);
comment on table ledger.transitions is 'Each change of a transaction''s status: who, when, why, and the transaction that moved the money. Two changes from the same status cannot both be written.';
create index transitions_by_movement on ledger.transitions (movement_id);

create table ledger.holds (
  transaction_id uuid primary key references ledger.transactions (id),
  account_id bigint not null references ledger.accounts (id),
  amount bigint not null check (amount > 0),
  remaining bigint not null check (remaining between 0 and amount),
  expires_at timestamptz not null,
  is_open boolean not null default true,
  check (is_open or remaining = 0)
) with (fillfactor = 70);
comment on table ledger.holds is 'What is set aside and not yet taken. A hold is open until it is captured, voided or expires.';
create index holds_by_account on ledger.holds (account_id);
create index holds_to_expire on ledger.holds (expires_at) where is_open;

create type ledger.earning_state as enum ('held', 'payable', 'disputed', 'returned');
create table ledger.earnings (
  transaction_id uuid primary key,
  store_id uuid not null,
  held_account_id bigint not null,
  fee_account_id bigint not null,
  amount bigint not null,
  fee bigint not null,
  state ledger.earning_state not null default 'held',
  release_at timestamptz not null
) with (fillfactor = 80);
comment on table ledger.earnings is 'What a sale or a metering charge earned its seller and where that money stands: held for the dispute window, payable, in dispute, or returned to the buyer.';
create index earnings_to_release on ledger.earnings (store_id, release_at) where state = 'held';

create table ledger.payouts (
  transaction_id uuid primary key references ledger.transactions (id),
  store_id uuid not null,
  amount bigint not null check (amount > 0),
  state text not null default 'reserved' check (state in ('reserved', 'paid', 'failed')),
  -- The entries of the store's payable account that this payout explains: after the first, up to the second.
  after_sequence bigint not null,
  through_sequence bigint not null check (through_sequence > after_sequence),
  evidence jsonb not null default '{}',
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on table ledger.payouts is 'Money on its way to a seller, line by line: the entries of the payable account between two sequences.';
create index payouts_by_store on ledger.payouts (store_id, created_at desc);

create function ledger.forbid_rewrite() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Fires for every role, the owner of the tables included.
  raise exception 'The ledger is append-only: % on %.% is refused.', tg_op, tg_table_schema, tg_table_name
    using errcode = 'SK409', detail = 'conflict';
end
$$;
create trigger forbid_rewrite before update or delete on ledger.transactions
  for each row execute function ledger.forbid_rewrite();
create trigger forbid_truncate before truncate on ledger.transactions
  for each statement execute function ledger.forbid_rewrite();
create trigger forbid_rewrite before update or delete on ledger.entries
  for each row execute function ledger.forbid_rewrite();
create trigger forbid_truncate before truncate on ledger.entries
  for each statement execute function ledger.forbid_rewrite();
create trigger forbid_rewrite before update or delete on ledger.transitions
  for each row execute function ledger.forbid_rewrite();
create trigger forbid_truncate before truncate on ledger.transitions
  for each statement execute function ledger.forbid_rewrite();
create trigger forbid_removal before delete on ledger.accounts
  for each row execute function ledger.forbid_rewrite();
create trigger forbid_truncate before truncate on ledger.accounts
  for each statement execute function ledger.forbid_rewrite();

create function ledger.require_balance() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- At commit, when every leg is there: they sum to zero in each currency.
  if exists (
    select from ledger.entries e where e.transaction_id = new.id
    having sum(e.amount) filter (where e.currency = 'USD') <> 0 or sum(e.amount) filter (where e.currency = 'CRD') <> 0)
  then
    raise exception 'Ledger transaction % does not sum to zero.', new.id using errcode = '23514';
  end if;
  return null;
end
$$;
create constraint trigger require_balance after insert on ledger.transactions
  deferrable initially deferred for each row execute function ledger.require_balance();

create function ledger.require_own_transaction() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Legs come with their transaction and never later, so that the balance checked at its commit stays.
  if exists (
    select from written w left join ledger.transactions t
      on t.id = w.transaction_id and t.written_in = pg_current_xact_id()
    where t.id is null) then
    raise exception 'Entries are written together with their transaction.' using errcode = '23514';
  end if;
  return null;
end
$$;
create trigger require_own_transaction after insert on ledger.entries
  referencing new table as written for each statement execute function ledger.require_own_transaction();

alter table ledger.accounts enable row level security;
alter table ledger.transactions enable row level security;
alter table ledger.entries enable row level security;
alter table ledger.transitions enable row level security;
alter table ledger.holds enable row level security;
alter table ledger.earnings enable row level security;
alter table ledger.payouts enable row level security;

-- A person sees their own accounts and their store's; everything else in the ledger is visible with an account of theirs.
create policy accounts_select_own on ledger.accounts for select to authenticated
  using (owner_id = (select auth.uid())
    or owner_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy accounts_select_operator on ledger.accounts for select to authenticated
  using ((select identity.is_operator()));
create policy transactions_select_party on ledger.transactions for select to authenticated
  using (payer_id = (select auth.uid())
    or provider_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy transactions_select_operator on ledger.transactions for select to authenticated
  using ((select identity.is_operator()));
create policy entries_select_with_account on ledger.entries for select to authenticated
  using (exists (select from ledger.accounts a where a.id = account_id));
create policy transitions_select_with_transaction on ledger.transitions for select to authenticated
  using (exists (select from ledger.transactions t where t.id = transaction_id));
create policy holds_select_with_account on ledger.holds for select to authenticated
  using (exists (select from ledger.accounts a where a.id = account_id));
create policy earnings_select_own on ledger.earnings for select to authenticated
  using (store_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy earnings_select_operator on ledger.earnings for select to authenticated
  using ((select identity.is_operator()));
create policy payouts_select_own on ledger.payouts for select to authenticated
  using (store_id in (select s.id from catalog.stores s where s.owner_id = (select auth.uid())));
create policy payouts_select_operator on ledger.payouts for select to authenticated
  using ((select identity.is_operator()));

-- Nobody writes: not even the service. The functions of the next migration do, with their owner's rights.
grant select on ledger.accounts, ledger.transactions, ledger.entries, ledger.transitions, ledger.holds,
  ledger.earnings, ledger.payouts to authenticated, service_role;
