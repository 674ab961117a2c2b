'use client'
/** The end of a list that goes on: loads more when it comes near, by a button, and says when that failed. */
import { PackageGridSkeleton } from '#components/catalog/package-grid-skeleton'
import { Alert } from '#components/ui/alert'
import { Button } from '#components/ui/button'
import { useEffect, useEffectEvent, useRef } from 'react'

/** Far enough that nobody who scrolls has to wait. */
const NEAR_PX = 600

export interface MorePackagesProps {
  loadedCount: number
  isLoading: boolean
  /** What went wrong with the last try. */
  failure: string | null
  onMore: () => void
}

export function MorePackages({ loadedCount, isLoading, failure, onMore }: MorePackagesProps) {
  const end = useRef<HTMLDivElement>(null)
  const loadMore = useEffectEvent(onMore)
  const mayLoad = !isLoading && failure === null

  useEffect(() => {
    if (!end.current || !mayLoad) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) loadMore()
      },
      { rootMargin: `${NEAR_PX}px 0px` },
    )
    // Observed anew after each page: an end that is still near says so again.
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [mayLoad, loadedCount])

  return (
    <div ref={end} className="pt-6 [@media(scripting:none)]:hidden">
      {isLoading ? <PackageGridSkeleton count={4} className="pb-6" /> : null}
      {failure === null ? null : (
        <Alert tone="danger" className="mx-auto mb-4 max-w-lg">
          {failure}
        </Alert>
      )}
      <div className="flex justify-center">
        <Button
          variant="secondary"
          size="lg"
          // Not `disabled`, which would take the focus away.
          aria-disabled={isLoading || undefined}
          onClick={() => {
            if (!isLoading) onMore()
          }}
        >
          {isLoading ? 'Loading…' : failure === null ? 'Load more' : 'Try again'}
        </Button>
      </div>
    </div>
  )
}
