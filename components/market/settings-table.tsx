/** What a package wants to be told before it runs: variables of the environment, inputs, parameters. */
import { Badge } from '#components/ui/badge'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { SettingRow } from '#lib/catalog/mcp-install'

export interface SettingsTableProps {
  label: string
  /** What a row is called: `Variable`, `Input`. */
  noun: string
  rows: SettingRow[]
}

export function SettingsTable({ label, noun, rows }: SettingsTableProps) {
  if (rows.length === 0) return null
  const hasStandards = rows.some(({ standard }) => standard !== null)
  return (
    <Table label={label}>
      <TableHead>
        <tr>
          <TableHeader>{noun}</TableHeader>
          <TableHeader>Meaning</TableHeader>
          {hasStandards ? <TableHeader>If not set</TableHeader> : null}
        </tr>
      </TableHead>
      <TableBody>
        {rows.map(({ name, description, isRequired, isSecret, standard }) => (
          <TableRow key={name}>
            <TableCell className="align-top whitespace-nowrap">
              <code className="font-mono text-xs">{name}</code>
              <span className="ml-2 inline-flex gap-1">
                {isRequired ? <Badge>required</Badge> : null}
                {isSecret ? <Badge tone="warning">secret</Badge> : null}
              </span>
            </TableCell>
            <TableCell className="min-w-40 align-top text-muted">{description ?? '–'}</TableCell>
            {hasStandards ? (
              <TableCell className="align-top">
                {standard === null ? (
                  <span className="text-faint">–</span>
                ) : (
                  <code className="font-mono text-xs break-all">
                    {standard === '' ? '(empty)' : standard}
                  </code>
                )}
              </TableCell>
            ) : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
