/** Owns waiting for something no longer than it is worth. Pure. */
import 'server-only'

/** What the work comes to or, when that takes longer than `ms`, `otherwise`; the work goes on. @throws as the work does */
export async function orAfter<T, U>(ms: number, work: Promise<T>, otherwise: U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined
  const overdue = new Promise<U>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms)
  })
  try {
    return await Promise.race([work, overdue])
  } finally {
    clearTimeout(timer)
  }
}
