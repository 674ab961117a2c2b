import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { choosePort, isPortFree, LOOPBACK, nextFreePort, PortTakenError } from './ports.ts'

async function withTakenPort(work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve))
  try {
    await work((server.address() as AddressInfo).port)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('choosePort', () => {
  it('steps past a taken port when nobody asked for that one', async () => {
    await withTakenPort(async (port) => {
      expect(await isPortFree(port)).toBe(false)
      expect(await choosePort({ preferred: port, setting: 'PORT' })).toBeGreaterThan(port)
    })
  })

  it('refuses a taken port that was asked for, and names the setting', async () => {
    await withTakenPort(async (port) => {
      const choice = choosePort({ exact: port, preferred: 3000, setting: 'PORT' })
      await expect(choice).rejects.toThrow(PortTakenError)
      await expect(choosePort({ exact: port, preferred: 1, setting: 'PORT' })).rejects.toThrow(/with PORT/)
    })
  })

  it('does not promise one port twice', async () => {
    const first = await nextFreePort(0)
    expect(await nextFreePort(first, LOOPBACK, [first])).not.toBe(first)
  })
})
