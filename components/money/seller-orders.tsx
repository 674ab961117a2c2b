/** Orders as a seller goes through them: who bought what, what of it is theirs, and where that stands. */
import { Badge } from '#components/ui/badge'
import { Button } from '#components/ui/button'
import { Day, formatDay } from '#components/ui/date-time'
import { Field } from '#components/ui/field'
import { Input } from '#components/ui/input'
import { Select } from '#components/ui/select'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { Order, SellerOrder } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import Link from 'next/link'

const STATUS = {
  settled: { label: 'Paid', tone: 'success' },
  disputed: { label: 'Disputed', tone: 'warning' },
  refunded: { label: 'Refunded', tone: 'neutral' },
  upheld: { label: 'Dispute won', tone: 'success' },
} as const

export interface OrderFilter {
  status?: Order['status']
  handle?: string
  /** Days, `2026-11-23`; the last one counts whole. */
  from?: string
  until?: string
}

export function SellerOrderFilter({ path, filter }: { path: string; filter: OrderFilter }) {
  return (
    <form
      action={path}
      method="get"
      role="search"
      aria-label="Filter orders"
      className="mb-5 grid grid-cols-2 items-end gap-3 lg:flex"
    >
      <Field label="Package" className="col-span-2 lg:flex-1">
        {(control) => (
          <Input
            {...control}
            type="search"
            name="handle"
            defaultValue={filter.handle}
            placeholder="namespace/name"
            maxLength={130}
            autoComplete="off"
          />
        )}
      </Field>
      <Field label="Status" className="max-lg:col-span-2">
        {(control) => (
          <Select {...control} name="status" defaultValue={filter.status ?? ''}>
            <option value="">Any</option>
            {Object.entries(STATUS).map(([value, { label }]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="From" className="min-w-0">
        {(control) => <Input {...control} type="date" name="from" defaultValue={filter.from} />}
      </Field>
      <Field label="Until" className="min-w-0">
        {(control) => <Input {...control} type="date" name="until" defaultValue={filter.until} />}
      </Field>
      <Button type="submit" variant="secondary" className="max-lg:col-span-2">
        Filter
      </Button>
    </form>
  )
}

export function SellerOrderTable({ orders }: { orders: SellerOrder[] }) {
  return (
    <Table label="Orders">
      <TableHead>
        <TableRow>
          <TableHeader>Date</TableHeader>
          <TableHeader>Package</TableHeader>
          <TableHeader>Status</TableHeader>
          <TableHeader numeric>Price</TableHeader>
          <TableHeader numeric>Earned</TableHeader>
          <TableHeader>Your share</TableHeader>
          <TableHeader>Buyer</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {orders.map((order) => (
          <OrderLine key={order.id} order={order} />
        ))}
      </TableBody>
    </Table>
  )
}

function OrderLine({ order }: { order: SellerOrder }) {
  const { label, tone } = STATUS[order.status]
  const isContested = order.status === 'disputed' || order.status === 'upheld'
  return (
    <TableRow>
      <TableCell className="text-xs whitespace-nowrap text-muted">
        <Day iso={order.createdAt} />
      </TableCell>
      <TableCell>
        <Link
          href={isContested ? `/dashboard/disputes/${order.id}` : `/orders/${order.id}`}
          prefetch={false}
          className="font-medium text-brand-ink underline"
        >
          {order.name}
        </Link>
        <span className="ml-2 font-mono text-xs text-muted">{order.version}</span>
      </TableCell>
      <TableCell>
        <Badge tone={tone}>{label}</Badge>
      </TableCell>
      <TableCell numeric>{formatMoney(order.price)}</TableCell>
      <TableCell numeric>{formatMoney(order.earned)}</TableCell>
      <TableCell className="text-xs whitespace-nowrap text-muted">{shareOf(order)}</TableCell>
      <TableCell className="max-w-40 truncate">{order.buyer}</TableCell>
    </TableRow>
  )
}

function shareOf({ earning }: SellerOrder): string {
  if (earning === null) return '—'
  const words = {
    held: `held until ${formatDay(earning.releaseAt)}`,
    payable: 'payable or paid',
    disputed: 'set aside',
    returned: 'given back',
  }
  return words[earning.state]
}
