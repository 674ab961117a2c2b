import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'

/** What each API role may write, beyond the service: everything else is read or nothing. */
const WRITE_GRANTS = [
  'authenticated delete catalog.reviews',
  'authenticated update catalog.stores(description)',
  'authenticated update catalog.stores(name)',
  'authenticated update catalog.stores(updated_at)',
  'authenticated update public.profiles(display_name)',
]

/** Everything that runs with its owner's rights and may be called by the public or a signed-in person. */
const OPEN_DEFINER_FUNCTIONS = {
  anon: [
    'catalog.category_counts()',
    'catalog.common_search_keys(integer,integer)',
    'catalog.has_listing_changed(text)',
    'catalog.is_store_open(uuid)',
    'catalog.listed_dependents(uuid,integer,jsonb)',
    'catalog.live_listing(jsonb,text[],text,integer,integer)',
    'catalog.live_page(text,text[],text,integer,integer)',
    'catalog.marketplace_home(integer)',
    'catalog.owns_store(uuid)',
    'catalog.read_facet_blocks(integer,integer,integer)',
    'catalog.read_manifest(text,text)',
    'catalog.read_postings(integer,integer[])',
    'catalog.read_publish_log(bigint,integer)',
    'catalog.read_version_file(text,text,text)',
    'catalog.resolve_search(text[],boolean,text[],integer,integer)',
    'catalog.search_page(jsonb)',
    'catalog.suggest_beginnings(text)',
    'catalog.version_access(text,text)',
    'commerce.read_offer(text)',
  ],
  // Those of the rebuild and of moderation let operators alone in.
  authenticated: [
    'catalog.abandon_upload(uuid)',
    'catalog.answer_offer(uuid,boolean)',
    'catalog.approval_queue(text,timestamp with time zone,uuid,integer)',
    'catalog.attach_files(text,text,jsonb,integer)',
    'catalog.await_older_readers()',
    'catalog.await_older_writers(interval)',
    'catalog.begin_search_build(boolean)',
    'catalog.begin_upload(text,text,text,text,bigint,integer)',
    'catalog.category_counts()',
    'catalog.change_member(text,uuid,text)',
    'catalog.claim_namespace(text)',
    'catalog.common_search_keys(integer,integer)',
    'catalog.decide_package(text,text,text)',
    'catalog.decide_store(text,text,text)',
    'catalog.decisions_about(uuid,uuid)',
    'catalog.delete_upload(text,text,text)',
    'catalog.delete_version(text,text,text)',
    'catalog.deprecate(text,text,jsonb)',
    'catalog.finish_search_build()',
    'catalog.finish_upload(uuid,text,bigint,text)',
    'catalog.has_listing_changed(text)',
    'catalog.index_search_build()',
    'catalog.is_search_rebuild_due()',
    'catalog.is_store_open(uuid)',
    'catalog.list_uploads(text,text)',
    'catalog.listed_dependents(uuid,integer,jsonb)',
    'catalog.live_listing(jsonb,text[],text,integer,integer)',
    'catalog.live_page(text,text[],text,integer,integer)',
    'catalog.maintained_namespace_ids()',
    'catalog.managed_namespaces()',
    'catalog.marketplace_home(integer)',
    'catalog.moderated_packages(text,text,text,integer)',
    'catalog.moderated_stores(text,text,text,integer)',
    'catalog.moderation_counts()',
    'catalog.namespace_page(text)',
    'catalog.namespace_role(uuid)',
    'catalog.offer_namespace(text,text,text,text)',
    'catalog.open_store(text,text,text,text)',
    'catalog.own_namespaces()',
    'catalog.owns_store(uuid)',
    'catalog.package_case(text)',
    'catalog.publish_version(jsonb,text,jsonb)',
    'catalog.publish_within_limits(jsonb,text,jsonb,integer,integer)',
    'catalog.read_facet_blocks(integer,integer,integer)',
    'catalog.read_manifest(text,text)',
    'catalog.read_postings(integer,integer[])',
    'catalog.read_publish_log(bigint,integer)',
    'catalog.read_version_file(text,text,text)',
    'catalog.refresh_search_statistics(text)',
    'catalog.remember_search(text)',
    'catalog.resolve_search(text[],boolean,text[],integer,integer)',
    'catalog.review_package(text,smallint,text)',
    'catalog.search_build_state()',
    'catalog.search_page(jsonb)',
    'catalog.seller_days(text,integer)',
    'catalog.step_build_packages(integer)',
    'catalog.step_package_index(uuid,integer)',
    'catalog.step_search_build(integer)',
    'catalog.store_case(text)',
    'catalog.submit_package(text,text)',
    'catalog.submit_store(text)',
    'catalog.suggest_beginnings(text)',
    'catalog.take_publish_token(text,integer,integer)',
    'catalog.update_package(text,jsonb)',
    'catalog.version_access(text,text)',
    'catalog.withdraw_offer(text,uuid)',
    'catalog.yank_version(text,text,boolean,text)',
    'commerce.abandon_dispute_file(uuid)',
    'commerce.begin_dispute_file(uuid,text,text)',
    'commerce.decide_dispute(uuid,text,text)',
    'commerce.finish_dispute_file(uuid,text,bigint,text)',
    'commerce.list_disputes(text,text,timestamp with time zone,uuid,integer)',
    'commerce.money_desk()',
    'commerce.open_dispute(uuid,text,text)',
    'commerce.purchase(text,bigint,text,text,bytea)',
    'commerce.read_dispute(uuid)',
    'commerce.read_dispute_file(uuid,uuid)',
    'commerce.read_offer(text)',
    'commerce.read_order(uuid)',
    'commerce.record_access(text,text,text)',
    'commerce.refund_order(uuid,text)',
    'commerce.selling_role(uuid,uuid)',
    'commerce.selling_stores()',
    'commerce.set_stock(text,bigint)',
    'commerce.speak_in_dispute(uuid,text)',
    'commerce.withdraw_dispute(uuid)',
    'metering.list_budgets(boolean)',
    'metering.list_usage(boolean,text,timestamp with time zone,timestamp with time zone)',
    'metering.read_budgets(text,text[])',
    'metering.read_usage(text,text,timestamp with time zone,timestamp with time zone,text,text[])',
    'metering.report_usage(jsonb,text[])',
    'metering.revoke_budget(text)',
    'metering.set_budget(text,bigint,timestamp with time zone)',
    'metering.set_prices(text,jsonb)',
    'payments.open_checkout(bigint,text)',
    'payments.open_purchase(text,bigint,text,text)',
  ],
}

describe('what the schemas expose', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  const names = async (query: postgres.PendingQuery<{ name: string }[]>) =>
    (await query).map((row) => row.name).sort()

  it('no table is without row level security, none without a policy unless it has no reader', async () => {
    expect(
      await names(database.admin`
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('catalog', 'commerce', 'identity', 'ledger', 'metering', 'payments', 'public') and c.relkind in ('r', 'p')
          and not c.relrowsecurity`),
    ).toEqual([])
    expect(
      await names(database.admin`
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('catalog', 'commerce', 'ledger', 'metering', 'payments') and c.relkind in ('r', 'p')
          and not exists (select from pg_policy p where p.polrelid = c.oid)`),
    ).toEqual([
      'catalog.artefact_chunks',
      'catalog.artefacts',
      'catalog.manifests',
      'catalog.namespace_members',
      'catalog.namespace_offers',
      'catalog.publish_buckets',
      'catalog.publish_log',
      'catalog.search_change_marks',
      'catalog.search_changes',
      'catalog.search_facet_blocks',
      'catalog.search_keys',
      'catalog.search_pairs',
      'catalog.search_postings',
      'catalog.search_rows',
      'catalog.search_salts',
      'catalog.search_sightings',
      'catalog.search_stale_places',
      'catalog.search_statistics',
      'catalog.search_terms',
      'commerce.dispute_events',
      'commerce.dispute_files',
      'commerce.disputes',
      'commerce.idempotency_keys',
      'commerce.pending_sales',
      'ledger.failures',
      'payments.milestones',
      'payments.stripe_events',
    ])
  })

  it('every policy names its roles and its verb', async () => {
    expect(
      await names(database.admin`
        select polrelid::regclass || ' ' || polname as name from pg_policy
        where polrelid::regclass::text ~ '^(catalog|commerce|identity|ledger|metering|payments)\\.'
          and (polroles = '{0}' or polcmd = '*')`),
    ).toEqual([])
  })

  it('visitors and signed-in people write exactly what is listed', async () => {
    const found = await names(database.admin`
      select g.grantee || ' ' || lower(g.privilege_type) || ' ' || g.table_schema || '.' || g.table_name as name
      from information_schema.role_table_grants g
      where g.grantee in ('anon', 'authenticated', 'PUBLIC') and g.privilege_type <> 'SELECT'
        and g.table_schema in ('catalog', 'commerce', 'ledger', 'metering', 'payments', 'public')
      union
      select distinct g.grantee || ' ' || lower(g.privilege_type) || ' ' || g.table_schema || '.' || g.table_name
        || '(' || g.column_name || ')'
      from information_schema.column_privileges g
      where g.grantee in ('anon', 'authenticated', 'PUBLIC') and g.privilege_type <> 'SELECT'
        and g.table_schema in ('catalog', 'commerce', 'ledger', 'metering', 'payments', 'public')`)
    expect(found).toEqual(WRITE_GRANTS)
  })

  it('nothing is granted to PUBLIC, and nobody may truncate, reference or add triggers', async () => {
    expect(
      await names(database.admin`
        select c.oid::regclass || ' ' || a.grantee::regrole || ' ' || a.privilege_type as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
        where n.nspname in ('catalog', 'commerce', 'ledger', 'metering', 'payments', 'public') and a.grantee <> c.relowner
          and (a.grantee = 0 or a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))`),
    ).toEqual([])
  })

  it('no sequence is open, and nobody may create in a schema', async () => {
    expect(
      await names(database.admin`
        select n.nspname || ' ' || role as name
        from pg_namespace n, unnest(array['anon', 'authenticated', 'service_role', 'souk_app']) role
        where n.nspname in ('catalog', 'commerce', 'identity', 'ledger', 'metering', 'payments', 'public')
          and has_schema_privilege(role, n.oid, 'create')`),
    ).toEqual([])
    expect(
      await names(database.admin`
        select c.oid::regclass || ' ' || role as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(array['anon', 'authenticated']) role
        where n.nspname in ('catalog', 'commerce', 'ledger', 'metering', 'payments') and c.relkind = 'S'
          and has_sequence_privilege(role, c.oid, 'usage, select, update')`),
    ).toEqual([])
  })

  it('every function pins its search_path and none is executable by PUBLIC', async () => {
    expect(
      await names(database.admin`
        select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('catalog', 'commerce', 'identity', 'ledger', 'metering', 'payments', 'public')
          and not coalesce(p.proconfig, '{}') @> array['search_path=""']`),
    ).toEqual([])
    expect(
      await names(database.admin`
        select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('catalog', 'commerce', 'identity', 'ledger', 'metering', 'payments', 'public')
          and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))`),
    ).toEqual([])
  })

  it.each(['anon', 'authenticated'] as const)(
    '%s calls no function with its owner’s rights but those listed',
    async (role) => {
      expect(
        await names(database.admin`
        select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('catalog', 'commerce', 'ledger', 'metering', 'payments', 'public') and p.prosecdef
          and has_function_privilege(${role}, p.oid, 'execute')`),
      ).toEqual(OPEN_DEFINER_FUNCTIONS[role])
    },
  )

  it('the REST API offers visitors no function, and signed-in people buying alone', async () => {
    expect(
      await names(database.admin`
        select p.oid::regprocedure || ' ' || role as name
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace, unnest(array['anon', 'authenticated']) role
        where n.nspname = 'public' and has_function_privilege(role, p.oid, 'execute')`),
    ).toEqual(['process_purchase(text,bigint,text,text) authenticated'])
  })

  it('materialized views are read by no API role, and views run with the rights of their reader', async () => {
    expect(
      await names(database.admin`
        select c.oid::regclass || ' ' || role as name
        from pg_class c, unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) role
        where c.relkind = 'm' and has_table_privilege(role, c.oid, 'select')`),
    ).toEqual([])
    expect(
      await names(database.admin`
        select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'v' and n.nspname in ('catalog', 'commerce', 'identity', 'ledger', 'metering', 'payments', 'public')
          and not coalesce(c.reloptions, '{}') @> array['security_invoker=true']`),
    ).toEqual([])
  })

  it('every foreign key has an index to walk, so that deleting a person or package is not a scan', async () => {
    expect(
      await names(database.admin`
        select k.conrelid::regclass || ' ' || k.conname as name
        from pg_constraint k
        where k.contype = 'f' and k.conrelid::regclass::text ~ '^(catalog|commerce|ledger|metering|payments)\\.'
          and not exists (
            select from pg_index i
            where i.indrelid = k.conrelid and i.indpred is null and i.indkey[0] = k.conkey[1])`),
    ).toEqual([
      // Categories are retired, not deleted.
      'catalog.packages packages_category_id_fkey',
      // Its index leaves out the many that have no parent.
      'ledger.transactions transactions_parent_id_fkey',
    ])
  })

  it('the login of the web app may do nothing before it takes a role', async () => {
    const login = postgres(database.url, { max: 1, onnotice: () => undefined })
    try {
      for (const statement of [
        'select slug from catalog.stores',
        'select slug from public.stores',
        'select catalog.category_counts()',
        'select id from auth.users',
      ]) {
        await expect(login.unsafe(statement), statement).rejects.toMatchObject({ code: '42501' })
      }
    } finally {
      await login.end()
    }
  })
})
