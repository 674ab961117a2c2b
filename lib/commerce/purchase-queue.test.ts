import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openQueue } from './purchase-queue.ts'

/** A queue whose groups stay under way until they are answered by hand. */
function open() {
  const groups: { items: readonly number[]; answer: (error?: Error) => void }[] = []
  const queue = openQueue<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        const answers = items.map((item) => (item < 0 ? null : `bought ${item}`))
        groups.push({ items, answer: (error) => (error ? reject(error) : resolve(answers)) })
      }),
  )
  return { queue, groups, sent: () => groups.map(({ items }) => items) }
}

/** Both places taken, by one item each. */
async function openFull() {
  const opened = open()
  const alone = await Promise.all([opened.queue.turnOf(100), opened.queue.turnOf(101)])
  return { ...opened, alone }
}

it('lets whoever comes while there is room go at once and alone', async () => {
  const { queue, sent } = open()
  const turn = await queue.turnOf(1)
  expect([turn.answer, sent()]).toEqual([null, []])
})

it('sends together what came while others were on their way, and answers each', async () => {
  const { queue, groups, sent, alone } = await openFull()
  const turns = Promise.all([1, 2, -3].map((item) => queue.turnOf(item)))
  await nextTurn()
  expect(sent()).toEqual([])
  alone[0]?.release()
  await nextTurn()
  expect(sent()).toEqual([[1, 2, -3]])
  groups[0]?.answer()
  expect((await turns).map(({ answer }) => answer)).toEqual(['bought 1', 'bought 2', null])
})

it('shares out the waiting among all places that are free, and sends no more together than 32', async () => {
  const { queue, sent, alone } = await openFull()
  for (let item = 0; item < 70; item += 1) void queue.turnOf(item)
  for (const { release } of alone) release()
  await nextTurn()
  expect(sent().map(({ length }) => length)).toEqual([32, 32])
})

it('keeps going after a group that failed, and tells each of it that it did', async () => {
  const { queue, groups, sent, alone } = await openFull()
  const failing = Promise.allSettled([queue.turnOf(1), queue.turnOf(2)])
  alone[0]?.release()
  await nextTurn()
  void queue.turnOf(3)
  void queue.turnOf(4)
  groups[0]?.answer(new Error('undone'))
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await nextTurn()
  expect(sent()).toEqual([
    [1, 2],
    [3, 4],
  ])
})

it('gives back what still waits, and not what is on its way', async () => {
  const { queue, sent, alone } = await openFull()
  for (const item of [1, 2, 3]) void queue.turnOf(item)
  expect(queue.withdraw(2)).toBe(true)
  alone[0]?.release()
  await nextTurn()
  expect(sent()).toEqual([[1, 3]])
  expect(queue.withdraw(1)).toBe(false)
})

it('lets nobody wait long for somebody who goes alone, and gives each place back once', async () => {
  const { queue, sent, alone } = await openFull()
  for (const item of [1, 2, 3, 4]) void queue.turnOf(item)
  await nextTurn()
  expect(sent()).toEqual([])
  await expect.poll(() => sent().flat().sort()).toEqual([1, 2, 3, 4])
  const groups = sent().length
  for (const { release } of alone) release()
  for (const item of [5, 6, 7]) void queue.turnOf(item)
  await nextTurn()
  await nextTurn()
  expect(sent()).toHaveLength(groups)
})
