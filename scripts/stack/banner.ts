/** The last words of a successful start: where to go and how to sign in. */
import { relative } from 'node:path'
import { formatDuration } from './progress.ts'

export type BannerFacts = {
  siteUrl: string
  supabaseUrl: string
  isEmbedded: boolean
  stackDir: string
  durationMs: number
}

export function banner({ siteUrl, supabaseUrl, isEmbedded, stackDir, durationMs }: BannerFacts): string {
  const rows = [
    ['Souk', siteUrl],
    ['Supabase', `${supabaseUrl}${isEmbedded ? ' (embedded)' : ''}`],
    ...(isEmbedded
      ? [
          ['Sign in', 'shopper@souk.test, seller@souk.test or operator@souk.test'],
          ['Password', 'souk-demo-password'],
        ]
      : []),
    ['Logs', `${relative(process.cwd(), stackDir) || '.'}/logs`],
  ]
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(10)}${value}`)
  return `\nReady in ${formatDuration(durationMs)}. Stop with Ctrl-C.\n\n${lines.join('\n')}\n\n`
}
