import { queryClient } from '#lib/client/query-client'
import { QueryObserver } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import { forgetAnswers, haveLeft, noteLeaving } from './own-session.ts'

function memory() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

describe('who asked to be signed out', () => {
  it('is gone when the server says that nobody is here', () => {
    const store = memory()
    noteLeaving(store)
    expect(haveLeft(store, null)).toBe(true)
    expect(haveLeft(store, null), 'it is done once').toBe(false)
  })

  it('is not gone when the server did not hear it, nor when the session lapses later', () => {
    const store = memory()
    noteLeaving(store)
    expect(haveLeft(store, 'ada')).toBe(false)
    expect(haveLeft(store, null)).toBe(false)
  })

  it('is not whoever’s session merely lapsed', () => {
    expect(haveLeft(memory(), null)).toBe(false)
  })
})

describe('when another person is here', () => {
  it('forgets what nobody looks at, and asks anew for what somebody does', async () => {
    const client = queryClient()
    client.setQueryData(['orders'], 'of Ada')
    let person = 'Ada'
    const wallet = new QueryObserver(client, {
      queryKey: ['wallet'],
      queryFn: () => Promise.resolve(`of ${person}`),
    })
    const seen: unknown[] = []
    const stop = wallet.subscribe(({ data }) => seen.push(data))
    await vi.waitFor(() => expect(seen.at(-1)).toBe('of Ada'))
    person = 'Bob'
    seen.length = 0
    forgetAnswers(client)
    expect(client.getQueryData(['orders'])).toBeUndefined()
    expect(client.getQueryData(['wallet'])).toBeUndefined()
    await vi.waitFor(() => expect(seen.at(-1)).toBe('of Bob'))
    expect(seen).not.toContain('of Ada')
    stop()
    client.clear()
  })

  it('shows no answer that was under way for the one before', async () => {
    const client = queryClient()
    const answers: ((data: string) => void)[] = []
    const wallet = new QueryObserver(client, {
      queryKey: ['wallet'],
      queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
    })
    const seen: unknown[] = []
    const stop = wallet.subscribe(({ data }) => seen.push(data))
    await vi.waitFor(() => expect(answers).toHaveLength(1))
    forgetAnswers(client)
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    answers[0]?.('of Ada')
    answers[1]?.('of Bob')
    await vi.waitFor(() => expect(seen.at(-1)).toBe('of Bob'))
    expect(seen).not.toContain('of Ada')
    stop()
    client.clear()
  })
})
