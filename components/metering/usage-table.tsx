/** Usage line by line, by hour or by day. Shows what it is given. */
import { DateTime, Day } from '#components/ui/date-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { Usage } from '#lib/metering/schemas'
import Link from 'next/link'
import { groupedCount } from '../catalog/compact-count.ts'
import { creditNumber } from './price-words.ts'

const LINES_SHOWN = 200

export function UsageTable({ items, by }: { items: Usage['items']; by: 'hour' | 'day' }) {
  return (
    <>
      <Table label={by === 'hour' ? 'Usage by hour' : 'Usage by day'}>
        <TableHead>
          <TableRow>
            <TableHeader>{by === 'hour' ? 'Hour' : 'Day (UTC)'}</TableHeader>
            <TableHeader>Capability</TableHeader>
            <TableHeader numeric>Units</TableHeader>
            <TableHeader numeric>Credits</TableHeader>
            <TableHeader>Package</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.slice(0, LINES_SHOWN).map(({ handle, hour, capability, units, creditMillionths }) => (
            <TableRow key={`${handle} ${hour} ${capability}`}>
              <TableCell className="text-xs whitespace-nowrap text-muted">
                {by === 'hour' ? <DateTime iso={hour} /> : <Day iso={hour} />}
              </TableCell>
              <TableCell className="font-mono text-xs">{capability}</TableCell>
              <TableCell numeric>{groupedCount(units)}</TableCell>
              <TableCell numeric>{creditNumber(creditMillionths)}</TableCell>
              <TableCell>
                <Link href={`/packages/${handle}`} prefetch={false} className="hover:underline">
                  {handle}
                </Link>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {items.length > LINES_SHOWN ? (
        <p className="mt-2 text-xs text-muted">The newest {LINES_SHOWN} lines; the API gives them all.</p>
      ) : null}
    </>
  )
}
