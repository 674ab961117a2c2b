/** The operator's first page: whether all is well, what waits, and the search index. */
import { CaseCounts, HealthGlance } from '#components/operator/health-glance'
import { IndexRebuild } from '#components/operator/index-rebuild'
import { OperatorFrame } from '#components/operator/operator-frame'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import { checkReadiness } from '#lib/operations/check-readiness'
import { getIndexState } from '#lib/search/get-index-state'
import type { Metadata } from 'next'
import { rebuildIndexAction } from './actions.ts'
import { operatorTitle } from './operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Operator')
}

export default async function OperatorPage() {
  const operator = await requireOperator()
  const [counts, readiness, index] = await Promise.all([
    countCases(operator),
    checkReadiness(false),
    getIndexState(operator),
  ])
  return (
    <OperatorFrame
      currentHref="/operator"
      counts={counts}
      title="Health"
      description="The market at a glance, and what waits for you."
    >
      <div className="grid gap-7">
        <CaseCounts counts={counts} />
        <section aria-labelledby="service-title">
          <h2 id="service-title" className="mb-3 font-display text-xl font-semibold">
            Service
          </h2>
          <HealthGlance readiness={readiness} />
        </section>
        <Card>
          <CardHeader>
            <CardTitle>Search index</CardTitle>
          </CardHeader>
          <CardBody>
            <IndexRebuild initial={index} startAction={rebuildIndexAction} />
          </CardBody>
        </Card>
      </div>
    </OperatorFrame>
  )
}
