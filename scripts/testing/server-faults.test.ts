import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { serverFaults } from './server-faults.ts'

const dir = mkdtempSync(join(tmpdir(), 'souk-faults-'))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('what servers say of their faults', () => {
  it('is found in the logs of the suite and of each site beside it, and nothing else is', () => {
    for (const folder of ['logs', 'manual-7/logs']) mkdirSync(join(dir, folder), { recursive: true })
    writeFileSync(
      join(dir, 'logs/postgres.log'),
      'LOG:  ready\n[9] FATAL:  sorry, too many clients already\n',
    )
    writeFileSync(join(dir, 'manual-7/logs/web.log'), '{"level":30}\n{"level":50,"msg":"failed"}\n')
    expect(serverFaults(dir).sort()).toEqual([
      './postgres.log: [9] FATAL:  sorry, too many clients already',
      'manual-7/web.log: {"level":50,"msg":"failed"}',
    ])
  })
})
