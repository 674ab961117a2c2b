/** Takes the mails of the embedded Auth API and shows them where the developer looks, instead of sending them. */
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { EmailDriver, EmailMessage } from '@supabase/lite'

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** The text of one of our own templates, with each link written out. */
export function mailText(html: string): string {
  return html
    .replace(/<a\b[^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a\s*>/gi, '$2: $1')
    .replace(/<\/(?:p|h\d|div|li)>/gi, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

/** Prints each mail with `print` and keeps it in the file `path`. */
export function createMailLog(path: string, print: (line: string) => void): EmailDriver {
  return {
    async send({ to, subject, text, html }: EmailMessage) {
      const body = html ? mailText(html) : (text ?? '')
      const lines = [`Mail to ${to}: ${subject}`, ...body.split('\n').map((line) => `    ${line}`)]
      for (const line of lines) print(line)
      await mkdir(dirname(path), { recursive: true })
      const entry = `${new Date().toISOString()} ${lines.join('\n')}\n\n`
      await appendFile(path, entry, { mode: 0o600 })
    },
  }
}
