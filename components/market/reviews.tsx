/** What people who use a package say, with their average first. */
import { RatingStars } from '#components/catalog/rating'
import { Day } from '#components/ui/date-time'
import { Avatar } from '#components/ui/tile'
import type { PackagePage } from '#lib/catalog/schemas'
import { countOf } from '../catalog/compact-count.ts'

export function Reviews({ rating, reviews }: Pick<PackagePage, 'rating' | 'reviews'>) {
  if (rating.count === 0) return <p className="text-sm text-muted">Nobody has reviewed this package yet.</p>
  return (
    <div className="grid gap-5">
      <div className="flex items-center gap-4">
        <p className="font-display text-4xl font-semibold tabular">{rating.average.toFixed(1)}</p>
        <div className="text-sm text-muted">
          <RatingStars average={rating.average} count={0} />
          <p className="tabular">{countOf(rating.count, 'rating')}</p>
        </div>
      </div>
      <ul className="grid gap-4">
        {reviews.map(({ author, rating: stars, body, createdAt }, index) => (
          <li key={`${index} ${createdAt}`} className="rounded-lg border border-line bg-surface p-4">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <Avatar name={author} />
              <span className="min-w-0 font-medium break-words">{author}</span>
              <RatingStars average={stars} count={0} />
              <Day iso={createdAt} className="ml-auto text-xs text-faint" />
            </div>
            {body ? <p className="mt-2.5 text-sm break-words whitespace-pre-line">{body}</p> : null}
          </li>
        ))}
      </ul>
      {reviews.length < rating.count && reviews.length > 0 ? (
        <p className="text-xs text-faint">The newest {reviews.length} are shown.</p>
      ) : null}
    </div>
  )
}
