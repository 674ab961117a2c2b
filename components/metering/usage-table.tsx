/** Usage by hour and capability. Shows what it is given. */
import { DateTime } from '#components/ui/date-time'
import { EmptyState } from '#components/ui/empty-state'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { Usage } from '#lib/metering/schemas'
import Link from 'next/link'

export function UsageTable({ items, empty }: { items: Usage['items']; empty: string }) {
  if (items.length === 0) return <EmptyState title="No usage in the last 31 days">{empty}</EmptyState>
  return (
    <Table label="Usage by hour">
      <TableHead>
        <TableRow>
          <TableHeader>Hour</TableHeader>
          <TableHeader>Package</TableHeader>
          <TableHeader>Capability</TableHeader>
          <TableHeader numeric>Units</TableHeader>
          <TableHeader numeric>Credits</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {items.map(({ handle, hour, capability, units, creditMillionths }) => (
          <TableRow key={`${handle} ${hour} ${capability}`}>
            <TableCell className="whitespace-nowrap text-muted">
              <DateTime iso={hour} />
            </TableCell>
            <TableCell>
              <Link href={`/packages/${handle}`} prefetch={false} className="hover:underline">
                {handle}
              </Link>
            </TableCell>
            <TableCell>{capability}</TableCell>
            <TableCell numeric>{units.toLocaleString('en-US')}</TableCell>
            <TableCell numeric>{creditsText(creditMillionths)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

/** Up to six digits after the point, none for nothing. */
function creditsText(millionths: number): string {
  const rest = String(millionths % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const whole = Math.floor(millionths / 1_000_000).toLocaleString('en-US')
  return rest === '' ? whole : `${whole}.${rest}`
}
