/** A route of Next that asks the database once, for twenty rows. */
import postgres from 'postgres'

export const dynamic = 'force-dynamic'

const sql = postgres(process.env.CEILING_DATABASE_URL ?? '', {
  max: 10,
  // The login itself may read nothing.
  connection: { role: 'service_role' },
  onnotice: () => undefined,
})

export async function GET(): Promise<Response> {
  const items = await sql`select handle, entry from catalog.marketplace_catalog_rows order by handle limit 20`
  return Response.json({ items })
}
