/**
 * Owns which purchases travel together: what comes while others are on their way waits until one of those is back, and then
 * goes in one statement. Nobody waits for company: whoever comes while there is room goes at once, and alone unless others
 * came in the same moment. Knows neither the database nor what is bought.
 */
import 'server-only'

/**
 * On their way at once, from one process, but for those that a statement left to go by themselves. The waiting are shared
 * out among those that may go.
 */
const AT_ONCE = 2
/** A statement holds what it locks until all of it is done. */
const MOST_TOGETHER = 32
/** Whoever goes alone may have to wait for a lock: the others do not wait for that as well. */
const ALONE_MS = 150

/** What was settled together with others; or null: by oneself now, and `release` says when that is over. */
export interface Turn<Answer> {
  answer: Answer | null
  release: () => void
}

interface Waiting<Item, Answer> {
  item: Item
  settle: (turn: Turn<Answer>) => void
  fail: (error: unknown) => void
}

export interface Queue<Item, Answer> {
  /** @throws whatever `together` throws */
  turnOf: (item: Item) => Promise<Turn<Answer>>
  /** Takes back what still waits. False when it is on its way, or done. */
  withdraw: (item: Item) => boolean
}

/** @param together answers each, in order; null for those that have to go by themselves. */
export function openQueue<Item, Answer>(
  together: (items: readonly Item[]) => Promise<readonly (Answer | null)[]>,
): Queue<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = []
  let underWay = 0
  let isDue = false

  /** After what else is ready in this turn of the event loop: those that just got their answers may ask again. */
  function sendSoon(): void {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      send()
    })
  }

  function send(): void {
    while (waiting.length > 0 && underWay < AT_ONCE) {
      const share = Math.ceil(waiting.length / (AT_ONCE - underWay))
      const group = waiting.splice(0, Math.min(share, MOST_TOGETHER))
      underWay += 1
      const [first] = group
      if (first && group.length === 1) first.settle({ answer: null, release: placeForAWhile() })
      else void sendTogether(group)
    }
  }

  async function sendTogether(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await together(group.map(({ item }) => item))
      for (const [index, { settle }] of group.entries()) {
        settle({ answer: answers[index] ?? null, release: () => undefined })
      }
    } catch (error) {
      for (const { fail } of group) fail(error)
    } finally {
      makeRoom()
    }
  }

  /** Gives the place back, once; at the latest after a while. */
  function placeForAWhile(): () => void {
    let isHeld = true
    const release = () => {
      if (!isHeld) return
      isHeld = false
      clearTimeout(timer)
      makeRoom()
    }
    const timer = setTimeout(release, ALONE_MS).unref()
    return release
  }

  function makeRoom(): void {
    underWay -= 1
    if (waiting.length > 0) sendSoon()
  }

  return {
    turnOf: (item) =>
      new Promise((settle, fail) => {
        waiting.push({ item, settle, fail })
        if (underWay < AT_ONCE) sendSoon()
      }),
    withdraw(item) {
      const count = waiting.length
      waiting = waiting.filter((each) => each.item !== item)
      return waiting.length < count
    },
  }
}
