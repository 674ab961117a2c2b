/** Points the web app's settings at a test database. Call it before importing a verb. Only for `*.db.test.ts`. */
import type { SignedInActor, TokenActor } from '../../lib/kernel/actor.ts'
import type { TestDatabase } from './database.ts'

export function useDatabase(database: TestDatabase): void {
  Object.assign(process.env, {
    NODE_ENV: 'test',
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
    SUPABASE_SECRET_KEY: 'sb_secret_test',
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: '4',
    // Tests ask for much at once on a machine that has much to do.
    DATABASE_DEADLINE_MS: '60000',
    SEARCH_BUDGET_MS: '60000',
    PACKAGE_APPROVAL: 'auto',
    LOG_LEVEL: 'silent',
  })
}

export function userActor(userId: string, appRole: 'operator' | null = null): SignedInActor {
  return { kind: 'user', userId, email: 'a@souk.test', displayName: 'A', appRole, isStale: false }
}

export function tokenActor(userId: string, rights: Pick<TokenActor, 'scopes' | 'namespaces'>): TokenActor {
  return {
    ...{ kind: 'token', userId, tokenId: '00000000-0000-4000-8000-000000000000' },
    ...{ email: 'a@souk.test', displayName: 'A', appRole: null },
    ...rights,
  }
}
