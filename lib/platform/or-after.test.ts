import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { orAfter } from './or-after.ts'

it('gives what the work comes to, and throws as it does', async () => {
  expect(await orAfter(10_000, Promise.resolve('done'), 'late')).toBe('done')
  await expect(orAfter(10_000, Promise.reject(new Error('broken')), 'late')).rejects.toThrow('broken')
})

it('gives the other when that takes too long, and lets the work go on', async () => {
  let isDone = false
  const work = delay(50).then(() => (isDone = true))
  expect(await orAfter(1, work, 'late')).toBe('late')
  expect(isDone).toBe(false)
  await work
  expect(isDone).toBe(true)
})
