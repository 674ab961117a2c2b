import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createMailLog, mailText } from './mail.ts'

it('writes a mail as lines with its link in full', () => {
  const html =
    '<h2>Hello</h2>\n<p><a href="http://x.test/a?b=1&amp;c=2">Go\n there</a></p><p>Tom &amp; &lt;Jo&gt;</p>'
  expect(mailText(html)).toBe('Hello\nGo\nthere: http://x.test/a?b=1&c=2\nTom & <Jo>')
})

it('shows the link of each of our own templates, however they are laid out', async () => {
  const folder = join(import.meta.dirname, '..', '..', 'supabase', 'templates')
  const files = await readdir(folder)
  expect(files).not.toEqual([])
  for (const file of files) {
    expect(mailText(await readFile(join(folder, file), 'utf8')), file).toContain(
      '{{ .SiteURL }}/auth/confirm?',
    )
  }
})

it('prints each mail and keeps it in the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'souk-mail-'))
  const lines: string[] = []
  const mail = createMailLog(join(folder, 'logs', 'mail.log'), (line) => lines.push(line))
  await mail.send({ to: 'a@b.test', subject: 'Hi', html: '<p>One</p>' })
  await mail.send({ to: 'a@b.test', subject: 'Plain', text: 'Two' })
  expect(lines).toEqual(['Mail to a@b.test: Hi', '    One', 'Mail to a@b.test: Plain', '    Two'])
  expect(await readFile(join(folder, 'logs', 'mail.log'), 'utf8')).toContain(
    'Mail to a@b.test: Plain\n    Two',
  )
  await rm(folder, { recursive: true, force: true })
})
